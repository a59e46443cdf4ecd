# shellcheck shell=bash
# The system's user and groups.

user_file=$checkout/systemd/sysusers.d/countoff.conf

# Whoever called sudo uses panel and log from then on; root may anyway.
person=${SUDO_USER:-root}

user_says() {
    local also=
    [[ $person == root ]] || also="; $person in the group $account"
    echo "system user $account, in the groups $(user_groups | paste -sd ' ')$also"
}

is_member() {
    id --name --groups "$1" 2>/dev/null | tr ' ' '\n' | grep -qxF "$2"
}

# user_groups: prints the groups that the sysusers file makes the user a member of.
user_groups() {
    awk -v account="$account" '$1 == "m" && $2 == account { print $3 }' "$user_file"
}

user_is_done() {
    local group
    getent passwd "$account" >/dev/null || return 1
    while read -r group; do
        is_member "$account" "$group" || return 1
    done < <(user_groups)
    [[ $person == root ]] || is_member "$person" "$account"
}

user_do() {
    getent group | cut -d: -f1 | sort >"$run/groups-before"
    getent passwd "$account" >/dev/null || touch "$run/makes-user"
    sync -f "$run"
    systemd-sysusers "$user_file"
    note_groups
    if [[ $person != root ]] && ! is_member "$person" "$account"; then
        note members "$person"
        usermod --append --groups "$account" "$person"
        say "$person is in the group $account from the next login on."
    fi
}

note_groups() {
    local group
    [[ -e $run/groups-before ]] || return 0
    while read -r group; do
        note groups "$group"
    done < <(comm -13 "$run/groups-before" <(getent group | cut -d: -f1 | sort))
}

user_undo() {
    local group member
    if [[ $1 == "$run" ]]; then
        note_groups
        while read -r member; do
            gpasswd --delete "$member" "$account" >/dev/null 2>&1 || true
        done < <(lines "$run" members)
        [[ ! -e $run/makes-user ]] || remove_user
    else
        remove_user
    fi
    while read -r group; do
        if getent group "$group" | grep -q ':$'; then
            groupdel "$group"
        elif getent group "$group" >/dev/null; then
            say "the group $group has members by now, so it stays."
        fi
    done < <(lines "$1" groups)
}

remove_user() {
    getent passwd "$account" >/dev/null || return 0
    # Nothing of it runs any more: the service was stopped before.
    userdel "$account" 2>/dev/null || say "the user $account could not be removed; is something of it running?"
}
