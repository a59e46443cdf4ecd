# shellcheck shell=bash
# Settings of the machine itself. Each is made only where somebody has said yes, and taken back where no.

settings=(device_tree watchdog governor journal swap)
# yes, no, or, where nobody could be asked, nothing.
declare -A answers=()

is_wanted() {
    [[ ${answers[$1]:-} == yes ]]
}

# what_for SETTING: prints what is asked.
what_for() {
    case $1 in
        device_tree) echo "switch on I2C at 400 kHz and SPI in $boot_settings (screen)" ;;
        watchdog) echo "have the hardware watchdog restart a machine that hangs" ;;
        governor) echo "keep the processor at its full clock (even click under load; some degrees warmer)" ;;
        journal) echo "keep the system's journal in memory (fewer writes to the card; gone at power-off)" ;;
        swap) echo "switch swap off (a page that has to come from the card is a late click)" ;;
    esac
}

# says SETTING: prints what is set, or that it is left alone.
says() {
    case ${answers[$1]:-unasked} in
        yes) what_for "$1" ;;
        no) echo "left alone, as asked for: $(what_for "$1")" ;;
        unasked) echo "left alone, until somebody agrees: $(what_for "$1")" ;;
    esac
}

# is_set SETTING, set_it, unset_it: the files of a setting, as SETTING_files prints them.
is_set() {
    if is_wanted "$1"; then
        are_put < <("$1_files")
    else
        is_dropped < <("$1_files")
    fi
}

is_dropped() {
    local place
    while IFS=$'\t' read -r _ place; do
        [[ ! -e $place && ! -L $place ]] || return 1
    done
}

set_it() {
    if is_wanted "$1"; then
        put_all < <("$1_files")
    else
        drop_all < <("$1_files")
    fi
}

device_tree_files() {
    files_in modules-load.d "$library/modules-load.d"
}

device_tree_lines() {
    # [all]: the lines above may be in the section of one model.
    printf '%s\n' '[all]' 'dtparam=i2c_arm=on,i2c_arm_baudrate=400000' 'dtparam=spi=on'
}

device_tree_says() {
    if [[ -e $boot_settings ]]; then
        says device_tree
    else
        echo "no $boot_settings here, so no I2C or SPI to switch on in it"
    fi
}

device_tree_is_done() {
    [[ -e $boot_settings ]] || return 0
    is_set device_tree || return 1
    if is_wanted device_tree; then
        has_block "$boot_settings" && [[ $(block "$boot_settings") == "$(device_tree_lines)" ]]
    else
        ! has_block "$boot_settings"
    fi
}

device_tree_do() {
    set_it device_tree
    if is_wanted device_tree; then
        put_block "$boot_settings" "$(device_tree_lines)"
    else
        drop_block "$boot_settings"
    fi
    note restart "the screen's bus"
}

watchdog_files() {
    files_in system.conf.d "$library/systemd/system.conf.d"
}

watchdog_says() {
    says watchdog
}

watchdog_is_done() {
    is_set watchdog
}

watchdog_do() {
    set_it watchdog
    note restart "the watchdog"
}

governor_files() {
    local unit=countoff-governor.service
    [[ ! -e $checkout/systemd/$unit ]] || printf '%s\t%s\n' "$checkout/systemd/$unit" "$unit_folder/$unit"
}

governor_says() {
    says governor
}

governor_is_done() {
    is_set governor || return 1
    ! is_wanted governor || [[ -z $(governor_files) ]] || is_enabled countoff-governor.service
}

governor_do() {
    set_it governor
    if is_wanted governor; then
        enable_unit countoff-governor.service
    else
        disable_unit countoff-governor.service
    fi
    note restart "the processor's clock"
}

journal_files() {
    files_in journald "$library/systemd/journald.conf.d"
}

journal_says() {
    says journal
}

journal_is_done() {
    is_set journal
}

journal_do() {
    set_it journal
    note restart "the journal"
}

# swap_links: prints what is masked. swap.target starts whatever fstab, a partition's type or zram bring; the service
# is Raspberry Pi OS Bookworm's own.
swap_links() {
    echo "$enabled/swap.target"
    [[ ! -e /usr/lib/systemd/system/dphys-swapfile.service && ! -e /etc/init.d/dphys-swapfile ]] ||
        echo "$enabled/dphys-swapfile.service"
}

swap_files() {
    # Raspberry Pi OS Trixie's.
    [[ ! -e /etc/rpi/swap.conf ]] ||
        printf '%s\t%s\n' "$checkout/scripts/installing/rpi-swap.conf" /etc/rpi/swap.conf.d/countoff.conf
}

swap_says() {
    says swap
}

swap_is_done() {
    local link
    is_set swap || return 1
    for link in $(swap_links); do
        if is_wanted swap; then
            [[ $(readlink "$link") == /dev/null ]] || return 1
        else
            [[ $(readlink "$link") != /dev/null ]] || return 1
        fi
    done
}

swap_do() {
    local link
    set_it swap
    for link in $(swap_links); do
        if is_wanted swap; then
            put_link /dev/null "$link"
        else
            drop "$link"
        fi
    done
    note restart "swap"
}
