# shellcheck shell=bash
# The units and what belongs to them, as they lie in systemd/.

unit_folder=$library/systemd/system

# unit_files: prints each file with its place, a tab between them.
unit_files() {
    local file
    for file in "$checkout"/systemd/*.{service,path,target,timer,socket}; do
        [[ ! -e $file || $file == */countoff-governor.service ]] ||
            printf '%s\t%s\n' "$file" "$unit_folder/${file##*/}"
    done
    files_in sysusers.d "$library/sysusers.d"
    files_in tmpfiles.d "$library/tmpfiles.d"
    files_in udev "$library/udev/rules.d"
}

# files_in FOLDER PLACE: prints the files of a folder of systemd/, each with its place.
files_in() {
    local file
    for file in "$checkout/systemd/$1"/*; do
        [[ ! -e $file ]] || printf '%s\t%s\n' "$file" "$2/${file##*/}"
    done
}

units_says() {
    echo "units, user, folders and device rules in $library"
}

units_is_done() {
    are_put < <(unit_files) && [[ -z $(units_of_old) ]]
}

units_do() {
    local path
    put_all < <(unit_files)
    while read -r path; do
        drop "$path"
    done < <(units_of_old)
}

# units_of_old: prints those of our units that an older version had, and this one has not.
units_of_old() {
    [[ -d $unit_folder ]] || return 0
    comm -23 <(find "$unit_folder" -name 'countoff*' | sort) \
        <({ unit_files; governor_files; } | cut -f2 | sort)
}

# are_put, put_all, drop_all: for the files and places on standard input.
are_put() {
    local source place
    while IFS=$'\t' read -r source place; do
        is_put "$source" "$place" || return 1
    done
}

put_all() {
    local source place
    while IFS=$'\t' read -r source place; do
        put "$source" "$place"
    done
}

drop_all() {
    local place
    while IFS=$'\t' read -r _ place; do
        drop "$place"
    done
}

# enabling_links UNIT: prints the links that enable a unit, as its [Install] section asks.
enabling_links() {
    local target
    for target in $(sed -n 's/^WantedBy=//p' "$checkout/systemd/$1"); do
        echo "$enabled/$target.wants/$1"
    done
}

# units_to_enable: prints our units that are to be started by another one, but for the governor's.
units_to_enable() {
    local place
    while IFS=$'\t' read -r _ place; do
        if [[ $place == "$unit_folder"/* && -n $(enabling_links "${place##*/}") ]]; then
            echo "${place##*/}"
        fi
    done < <(unit_files)
}

is_enabled() {
    local link
    for link in $(enabling_links "$1"); do
        [[ -L $link ]] || return 1
    done
}

enable_unit() {
    local link
    for link in $(enabling_links "$1"); do
        put_link "$unit_folder/$1" "$link"
    done
}

disable_unit() {
    local link
    for link in $(enabling_links "$1"); do
        drop "$link"
    done
}

reload_systemd() {
    ! has_systemd || systemctl daemon-reload
}
