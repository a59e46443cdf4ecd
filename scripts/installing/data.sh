# shellcheck shell=bash
# The folder of the take log, on a partition of its own where --data-device names one.

fstab=/etc/fstab
data_device=

data_says() {
    echo "takes in $data${data_device:+, on $data_device}"
}

data_is_done() {
    [[ -d $data && $(stat --format %U:%G "$data") == "$account:$account" ]] || return 1
    [[ -z $data_device ]] && return 0
    mountpoint --quiet "$data" && [[ $(has_block "$fstab" && block "$fstab") == "$(data_line)" ]]
}

data_line() {
    # nofail: where it is broken or away the machine still boots, and the box says DISK FAULT.
    printf 'UUID=%s %s ext4 noatime,nofail,x-systemd.device-timeout=10s 0 2\n' \
        "$(blkid --match-tag UUID --output value "$data_device")" "$data"
}

# check_data_device: before anything is done. Asks, where the partition is empty.
check_data_device() {
    local kind mounted_on
    [[ -n $data_device ]] && ! data_is_done || return 0
    [[ -b $data_device ]] || wrong_use "--data-device $data_device: this is no partition; lsblk lists them."
    mounted_on=$(findmnt --noheadings --output TARGET --source "$data_device" || true)
    [[ -z $mounted_on || $mounted_on == "$data" ]] ||
        give_up "$data_device is in use, on $mounted_on; name a partition that is free."
    kind=$(blkid --match-tag TYPE --output value "$data_device" || true)
    case $kind in
        ext4) ;;
        "") is_to_be_formatted=true ;;
        *) give_up "$data_device holds a file system of kind $kind. Countoff takes one that is ext4 or empty:" \
            "wipefs --all $data_device would empty it, for good." ;;
    esac
}

data_do() {
    if [[ -n $data_device ]]; then
        move_data
    else
        [[ -d $data ]] || note data-folder "$data"
    fi
    # Where an earlier installation's user had another number, all that is in it, too.
    [[ ! -d $data || $(stat --format %U "$data") == "$account" ]] ||
        chown --recursive "$account:$account" "$data"
    systemd-tmpfiles --create "$checkout/systemd/tmpfiles.d/countoff.conf"
}

# move_data: formats the partition where it is empty, copies the takes there, and mounts it.
move_data() {
    local on_the_side=$run/partition
    refuse_unless_idle
    if is_service_active; then
        touch "$run/stopped"
        systemctl stop countoff.service
    fi
    if $is_to_be_formatted; then
        mkfs.ext4 -q -L countoff "$data_device" || give_up "$data_device could not be formatted."
    fi
    if [[ -d $data ]] && ! mountpoint --quiet "$data"; then
        mkdir "$on_the_side"
        mount "$data_device" "$on_the_side"
        if [[ -e $data/takes.sqlite ]]; then
            [[ ! -e $on_the_side/takes.sqlite ]] || {
                umount "$on_the_side"
                give_up "there are takes in $data and on $data_device; move one of the two logs away, with all of" \
                    "its files."
            }
            # What is copied there is deleted again where the run fails, and nothing else may be.
            [[ -z $(find "$on_the_side" -mindepth 1 -maxdepth 1 ! -name lost+found -print -quit) ]] || {
                umount "$on_the_side"
                give_up "$data_device is not empty. Move away what is on it: the takes in $data go to a partition of" \
                    "their own."
            }
            touch "$run/copied"
        fi
        cp --archive "$data/." "$on_the_side"
        sync -f "$on_the_side"
        umount "$on_the_side"
        if [[ -n $(ls --almost-all "$data") ]]; then
            note moved "$data.before"
            mv --no-target-directory "$data" "$data.before"
            say "what was in $data is on $data_device now; the old copy is $data.before."
        fi
    fi
    [[ -e $fstab ]] || { remember "$fstab" && touch "$fstab"; }
    put_block "$fstab" "$(data_line)"
    if [[ ! -d $data ]]; then
        note data-folder "$data"
        mkdir --parents "$data"
        # Nothing is to be written there while the partition is away: it would be hidden when it is back.
        chattr +i "$data" 2>/dev/null || true
    fi
    mountpoint --quiet "$data" || { touch "$run/mounted" && mount "$data_device" "$data"; }
}

data_undo() {
    local folder
    if [[ $1 == "$run" ]]; then
        for folder in "$run/partition" "$data"; do
            mountpoint --quiet "$folder" || continue
            [[ ! -e $run/copied ]] || find "$folder" -mindepth 1 ! -name lost+found -delete
            [[ $folder == "$data" && ! -e $run/mounted ]] || umount "$folder"
        done
        if [[ -e $run/data-folder && -d $data ]] && ! mountpoint --quiet "$data"; then
            chattr -i "$data" 2>/dev/null || true
            rmdir --ignore-fail-on-non-empty "$data"
        fi
        [[ ! -e $run/moved || ! -d $data.before ]] || mv --no-target-directory "$data.before" "$data"
    elif has_block "$fstab" && block "$fstab" | grep -qF " $data " && mountpoint --quiet "$data"; then
        say "the takes stay on $(findmnt --noheadings --output SOURCE "$data")."
        umount "$data"
        chattr -i "$data" 2>/dev/null || true
        rmdir "$data"
    fi
}
