# shellcheck shell=bash
# Where everything goes. `scripts/install` and what it sources share these names.

prefix=/opt/countoff
versions=$prefix/versions
wheels=$prefix/wheels
current=$prefix/current
previous=$prefix/previous
command_link=/usr/local/bin/countoff
settings_folder=/etc/countoff
settings_file=$settings_folder/countoff.toml
data=/var/lib/countoff
account=countoff
# /usr/local/lib is read by every part of systemd of Debian 12 and 13, and leaves /etc to whoever runs the machine:
# what is changed there by hand (`systemctl edit countoff`) is neither ours nor overwritten.
library=/usr/local/lib
enabled=/etc/systemd/system
boot_settings=/boot/firmware/config.txt

# What the installer has to remember: see ledger.sh.
kept=$prefix/kept
run=$kept/run

# The system's own Python, and no other: Debian's packages keep it, and a version is made anew when it changes.
python=/usr/bin/python3

# Is systemd running this machine? In a chroot, or while an image is made, it is not.
has_systemd() {
    [[ -d /run/systemd/system ]]
}

is_service_active() {
    has_systemd && systemctl --quiet is-active countoff.service
}
