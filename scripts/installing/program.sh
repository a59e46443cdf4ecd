# shellcheck shell=bash
# The program: its pinned packages as wheels, and each version in a virtual environment of its own.
#
# The wheels are kept, so that what has none for this Python is compiled once, and an upgrade with the same
# packages needs no network. Compilers are there while they compile, and then removed: they are most of what
# would have to be kept safe and up to date, and nothing of the box uses them.

# what_for_machine: prints the release, which says which Python, and the processor.
what_for_machine() {
    sed -n 's/^VERSION_CODENAME=//p' /etc/os-release
    uname --machine
}

# what_it_is_made_of: prints one word for all that makes a version: files and machine.
what_it_is_made_of() {
    {
        what_for_machine
        cd "$checkout"
        find pyproject.toml requirements.lock requirements-build.lock LICENSE firmware/countoff systemd -type f \
            ! -path '*/__pycache__/*' -print0 | sort --zero-terminated | xargs --null sha256sum
    } | sha256sum | cut -c1-12
}

version_number=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$checkout/pyproject.toml")
version=$version_number-$(what_it_is_made_of)
home=$versions/$version

wheels_stamp() {
    { what_for_machine; cat "$checkout/requirements.lock"; } | sha256sum | cut -d' ' -f1
}

wheels_says() {
    echo "the pinned Python packages, in $wheels"
}

wheels_is_done() {
    # A version that has been built needs none.
    [[ -e $home/built || $(cat "$wheels/stamp" 2>/dev/null) == "$(wheels_stamp)" ]]
}

wheels_do() {
    local bench=$run/bench new=$run/wheels compilers
    "$python" -m venv "$bench"
    mapfile -t compilers < <(compilers_for "$python")
    if ! make_wheels "$bench" "$new" --only-binary :all: >"$run/first-try" 2>&1; then
        if ((${#compilers[@]} == 0)); then
            cat "$run/first-try" >&2
            give_up "pip could not get the pinned Python packages; the lines above say why."
        fi
        bring_packages compilers "to compile what has no wheel for this Python; they go again" "${compilers[@]}"
        say "compiling; this takes some minutes on a Raspberry Pi."
        make_wheels "$bench" "$new" ||
            give_up "pip could not get or compile the pinned Python packages; the lines above say why."
        remove_packages "$run" compilers
    fi
    # All of them, and no others: those that were here are among them, as far as they are still wanted.
    find "$wheels" -mindepth 1 -delete
    mv "$new"/*.whl "$wheels"
    sync -f "$wheels"
    wheels_stamp >"$wheels/stamp"
}

wheels_undo() {
    note_brought "$1" compilers
    remove_packages "$1" compilers
}

# make_wheels BENCH FOLDER OPTION...: has pip put a wheel of each pinned package into FOLDER.
make_wheels() {
    local bench=$1 folder=$2
    shift 2
    # PYPI=1 has lgpio bring its own C library: Debian 12 has none to link with.
    PYPI=1 PIP_CONSTRAINT=$checkout/requirements-build.lock PIP_DISABLE_PIP_VERSION_CHECK=1 \
        "$bench/bin/python" -m pip wheel --quiet --no-input --no-cache-dir --no-deps \
        --find-links "$wheels" --wheel-dir "$folder" --requirement "$checkout/requirements.lock" "$@"
}

program_says() {
    echo "Countoff $version in $versions"
}

program_is_done() {
    [[ -e $home/built ]]
}

program_do() {
    local source=$run/source
    note trees "$home"
    rm --recursive --force "$home" "$source"
    "$python" -m venv "$home"
    PIP_DISABLE_PIP_VERSION_CHECK=1 "$home/bin/python" -m pip install --quiet --no-input --no-index \
        --no-deps --find-links "$wheels" --requirement "$checkout/requirements.lock" ||
        give_up "pip could not install the pinned Python packages; the lines above say why."
    # From a copy: a build leaves files beside its source.
    mkdir "$source" "$source/firmware"
    cp "$checkout/pyproject.toml" "$checkout/LICENSE" "$source"
    cp --recursive "$checkout/firmware/countoff" "$source/firmware"
    PIP_DISABLE_PIP_VERSION_CHECK=1 "$home/bin/python" -m pip install --quiet --no-input --no-index \
        --no-deps --no-build-isolation --no-cache-dir "$source" ||
        give_up "pip could not install Countoff itself; the lines above say why."
    # It is read at each start of each process, for a build, and costs a hundredth of a second.
    rm --force "$home"/lib/python3*/site-packages/distutils-precedence.pth
    sync -f "$home"
    touch "$home/built"
}

trial_says() {
    echo "$version tries itself: its libraries, its version, the configuration that is here"
}

trial_is_done() {
    [[ -e $home/tried ]]
}

trial_do() {
    local said
    "$home/bin/python" -m pip --disable-pip-version-check check >/dev/null ||
        give_up "the Python packages of $version do not fit together; the lines above say why."
    # As the user that it will run as, who has to be able to read all of it.
    as_account "$home/bin/python" - <"$checkout/scripts/installing/try_imports.py" ||
        give_up "$version cannot load what it needs; the lines above say why."
    said=$(as_account "$home/bin/countoff" --version)
    [[ $said == "countoff $version_number" ]] ||
        give_up "$home/bin/countoff says it is '$said', and not 'countoff $version_number'."
    try_settings
    note trees "$home"
    touch "$home/tried"
}

as_account() {
    (cd / && runuser --user "$account" -- "$@")
}

# try_settings: a configuration that the old version understood has to be understood by the new one, too.
try_settings() {
    if said=$(as_account "$home/bin/countoff" --config "$settings_file" config check 2>&1); then
        return
    fi
    if [[ -x $current/bin/countoff ]] &&
        as_account "$current/bin/countoff" --config "$settings_file" config check >/dev/null 2>&1; then
        printf '%s\n' "$said" >&2
        give_up "$version finds faults in $settings_file where the version that runs finds none."
    fi
    printf '%s\n' "$said" >&2
    say "$settings_file has faults, as the lines above say; what is faulty is as it would be without."
}
