# shellcheck shell=bash
# Debian packages: what the program needs to run, and what is there only while something is compiled.

run_packages=(python3 python3-venv libportaudio2 libjack-jackd2-0)

# needed_packages: prints them; with a partition, what formats it and keeps its mount point from being written to.
needed_packages() {
    printf '%s\n' "${run_packages[@]}"
    [[ -z $data_device ]] || echo e2fsprogs
}

packages_says() {
    echo "Debian packages: $(needed_packages | paste -sd ' ')"
}

packages_is_done() {
    # shellcheck disable=SC2046 # no package has a space in its name
    [[ -z $(missing_packages $(needed_packages)) ]]
}

packages_do() {
    # shellcheck disable=SC2046 # as above
    bring_packages packages "to run Python, sound and MIDI" $(needed_packages)
}

packages_undo() {
    note_brought "$1" packages
    remove_packages "$1" packages
}

installed_packages() {
    dpkg-query --show --showformat '${db:Status-Status} ${binary:Package}\n' |
        sed -n 's/^installed //p' | sort
}

# bring_packages LIST WHY PACKAGE...: installs what is missing; LIST has what came with it.
bring_packages() {
    local list=$1 why=$2
    shift 2
    settle_packages
    [[ -e $run/$list-before ]] || installed_packages >"$run/$list-before"
    sync -f "$run"
    install_packages "$why" "$@"
    note_brought "$run" "$list"
}

# note_brought LEDGER LIST: writes down what apt has brought since LIST-before was written.
note_brought() {
    local package
    [[ $1 == "$run" && -e $run/$2-before ]] || return 0
    settle_packages
    while read -r package; do
        note "$2" "$package"
    done < <(comm -13 "$run/$2-before" <(installed_packages))
}

# remove_packages LEDGER LIST: removes what the list has, but for what somebody else needs by now.
remove_packages() {
    local ours=() stayed=()
    [[ -e $1/$2 ]] || return 0
    mapfile -t ours < <(comm -12 <(sort -u "$1/$2") <(installed_packages))
    ((${#ours[@]})) || return 0
    say "removing ${#ours[@]} Debian packages that were installed for this."
    # dpkg, not apt: it never takes anything along that is not in the list.
    DEBIAN_FRONTEND=noninteractive dpkg --abort-after=1000 --purge "${ours[@]}" >/dev/null 2>&1 || true
    mapfile -t stayed < <(comm -12 <(printf '%s\n' "${ours[@]}" | sort) <(installed_packages))
    ((${#stayed[@]} == 0)) || say "something else needs them, so they stay: ${stayed[*]}."
}

# settle_packages: finishes what a killed dpkg left half done.
settle_packages() {
    [[ -z $(dpkg --audit) ]] || DEBIAN_FRONTEND=noninteractive dpkg --configure --pending >/dev/null || true
}
