# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Shared by the scripts in this folder; sourced, never run. The caller sets `root` to the checkout.
#
#   ensure_java17 [jdk]   sets java_bin, java_home, java_major and exports JAVA_HOME
#   ensure_maven          makes sure that `mvn` can be called
#   ensure_rsync          makes sure that `rsync` can be called, which tests of file staging do
#   ensure_mpi            makes sure that both MPIs can launch programs, which tests of the bridge do
#   ensure_iproute        makes sure that scripts/netns can do its work, for tests between hosts
#   ensure_slurm          makes sure that scripts/slurm can do its work, for tests of blocks
#   ensure_gridengine     the same for scripts/gridengine
#   ensure_native         makes sure that programs with OpenMP and oneTBB compile, which tests of `bench native` do
#   ensure_chromium       makes sure that a headless Chromium can be started, for tests of pages
#   ensure_peers          makes sure that Parsl and Dask are there, which tests of `compare` run
#   ensure_jar            builds bench/target/teff.jar unless it is newer than every source
#   lock_checkout         one build of this checkout at a time; unlock_checkout lets go
#
# Whatever stops a script before its real work has begun ends it with exit code 2.
#
# shellcheck disable=SC2034 # java_* are for the caller
# shellcheck disable=SC2154 # root comes from the caller

say() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
}

say_on_terminal() {
    if [[ -t 2 ]]; then say "$@"; fi
}

die() {
    say "$@"
    exit 2
}

# ---- Java ------------------------------------------------------------------------------------

# Takes java command $1 if it is 17 or newer and, for $2 = jdk, has a compiler beside it.
take_java() {
    local command=$1 what=${2:-} home release settings
    [[ -n $command && -x $command ]] || return 1
    home=$(dirname "$(dirname "$(readlink -f "$command")")")
    if [[ -r $home/release ]]; then # saves starting a JVM only to ask its age
        release=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
    else # a shim of a version manager, or a stripped image: only Java itself knows
        settings=$("$command" -XshowSettings:properties -version 2>&1 </dev/null) || return 1
        home=$(sed -n 's/^ *java\.home = //p' <<<"$settings")
        release=$(sed -n 's/^ *java\.specification\.version = \([0-9]*\).*/\1/p' <<<"$settings")
    fi
    [[ -n $release && $release -ge 17 ]] || return 1
    [[ $what != jdk || -x $home/bin/javac ]] || return 1
    java_bin=$home/bin/java
    java_home=$home
    java_major=$release
    export JAVA_HOME=$home # what mvn will use
}

pick_java() {
    local what=${1:-} java
    take_java "$(command -v java || true)" "$what" && return 0
    for java in /usr/lib/jvm/*/bin/java; do
        take_java "$java" "$what" && return 0
    done
    return 1
}

ensure_java17() {
    local what=${1:-}
    if [[ -n ${JAVA_HOME:-} ]]; then # somebody chose: obey or complain, but do not look elsewhere
        take_java "$JAVA_HOME/bin/java" "$what" && return 0
        die "JAVA_HOME is $JAVA_HOME: no JDK of release 17 or newer." \
            "Point JAVA_HOME at one, or unset it to let PATH decide."
    fi
    pick_java "$what" && return 0
    install_packages java
    pick_java "$what" || die "no JDK of release 17 or newer, even after installing one." \
        "Type: $(install_command)"
}

ensure_maven() {
    command -v mvn >/dev/null && return 0
    install_packages maven
    hash -r
    command -v mvn >/dev/null || die "no mvn on the PATH, even after installing it." \
        "Type: $(install_command)"
}

ensure_rsync() {
    command -v rsync >/dev/null && return 0
    install_packages rsync
    hash -r
    command -v rsync >/dev/null || die "no rsync on the PATH, even after installing it." \
        "Type: $(install_command)"
}

ensure_iproute() {
    command -v ip >/dev/null && command -v tc >/dev/null && return 0
    install_packages iproute2
    hash -r
    command -v ip >/dev/null || die "no ip on the PATH, even after installing iproute2." \
        "Type: $(install_command)"
}

ensure_slurm() {
    local command PATH=$PATH:/usr/sbin:/sbin # where Debian keeps the daemons
    for command in munged slurmctld slurmd sbatch squeue srun scancel; do
        if ! command -v "$command" >/dev/null; then
            install_packages slurm
            hash -r
            command -v "$command" >/dev/null ||
                die "no $command on the PATH, even after installing Slurm. Type: $(install_command)"
        fi
    done
}

ensure_mpi() {
    local command
    for command in mpiexec.mpich mpiexec.openmpi; do # both: each has a library of its own
        if ! command -v "$command" >/dev/null; then
            install_packages mpi
            hash -r
            command -v "$command" >/dev/null ||
                die "no $command on the PATH, even after installing MPI. Type: $(install_command)"
        fi
    done
}

ensure_native() {
    has_native && return 0
    install_packages native
    hash -r
    has_native || die "g++ does not compile a program with OpenMP and oneTBB, even after installing them." \
        "Type: $(install_command)"
}

has_native() {
    command -v g++ >/dev/null &&
        printf '#include <omp.h>\n#include <tbb/task_group.h>\n' |
        g++ -std=c++20 -fopenmp -x c++ -E - >/dev/null 2>&1
}

ensure_chromium() {
    has_chromium && return 0
    install_packages chromium
    hash -r
    has_chromium || die "no chromium on the PATH, even after installing it." \
        "Type: $(install_command)"
}

has_chromium() {
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null ||
        command -v google-chrome >/dev/null || command -v chrome >/dev/null
}

gridengine_folder=/usr/lib/gridengine # where Debian keeps the daemons and their tools

ensure_gridengine() {
    has_gridengine && return 0
    install_packages gridengine
    hash -r
    has_gridengine || die "no $gridengine_folder/sge_qmaster, even after installing Grid Engine." \
        "Type: $(install_command)"
}

has_gridengine() {
    [[ -x $gridengine_folder/sge_qmaster && -x $gridengine_folder/sge_execd ]] &&
        command -v qsub >/dev/null
}

# Says itself what is missing and what to type.
ensure_peers() {
    "$root/scripts/peers" >/dev/null || exit 2
}

# ---- Packages --------------------------------------------------------------------------------

gridengine_packages='gridengine-master gridengine-exec gridengine-client'
mpi_packages='mpich openmpi-bin'
native_packages='g++ libtbb-dev'
slurm_packages='slurmctld slurmd slurm-client slurm-wlm-basic-plugins munge'

# The line a person would type to get everything at once.
install_command() {
    local sudo='sudo '
    [[ $EUID -ne 0 ]] || sudo=
    if command -v apt-get >/dev/null; then
        printf '%s' "${sudo}apt-get update && ${sudo}apt-get install -y openjdk-17-jdk-headless maven rsync iproute2 chromium $mpi_packages $native_packages $slurm_packages $gridengine_packages"
    elif command -v dnf >/dev/null; then
        printf '%s' "${sudo}dnf install -y java-17-openjdk-devel maven rsync chromium gcc-c++ tbb-devel slurm slurm-slurmctld slurm-slurmd munge"
    elif command -v pacman >/dev/null; then
        printf '%s' "${sudo}pacman -S --needed jdk17-openjdk maven rsync chromium gcc onetbb"
    elif command -v brew >/dev/null; then
        printf '%s' "brew install openjdk@17 maven rsync"
    else
        printf '%s' "the install command of your system for a JDK (17 or newer), Maven (3.6.3 or newer), rsync, Chromium, Slurm and munge"
    fi
}

# Installs java, maven, rsync, mpi, native, slurm, chromium or gridengine with apt-get if that needs no question,
# else says what to type.
install_packages() {
    local wanted=$1 log=$root/target/install.log
    local -a packages
    local -a as_root=(env DEBIAN_FRONTEND=noninteractive)
    local what='a JDK (17 or newer)'
    case $wanted in
        maven) what=Maven ;;
        rsync | iproute2) what=$wanted ;;
        mpi) what='MPICH or Open MPI' ;;
        native) what='g++ or oneTBB' ;;
        slurm) what='Slurm (or munge)' ;;
        gridengine) what='Grid Engine' ;;
        chromium) what=Chromium ;;
    esac

    if [[ ! -e /etc/debian_version ]] || ! command -v apt-get >/dev/null; then
        die "$what is missing. Type: $(install_command)"
    fi
    if [[ $EUID -ne 0 ]]; then
        sudo -n true 2>/dev/null || die "$what is missing, and installing it needs root." \
            "Type: $(install_command)"
        as_root=(sudo -n "${as_root[@]}")
    fi

    mkdir -p "$root/target"
    say "$what is missing: installing it with apt-get (log: $log)"
    as_root+=(apt-get -q -y -o DPkg::Lock::Timeout=300)
    if ! "${as_root[@]}" update >"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        die "apt-get update failed (above). Mend that, then type: $(install_command)"
    fi
    packages=("$wanted")
    if [[ $wanted == java ]]; then # releases of Debian without 17 have a newer default
        packages=(openjdk-17-jdk-headless)
        apt-cache show "${packages[@]}" >/dev/null 2>&1 || packages=(default-jdk-headless)
    elif [[ $wanted == mpi ]]; then
        read -r -a packages <<<"$mpi_packages"
    elif [[ $wanted == native ]]; then
        read -r -a packages <<<"$native_packages"
    elif [[ $wanted == slurm ]]; then
        read -r -a packages <<<"$slurm_packages"
    elif [[ $wanted == gridengine ]]; then
        read -r -a packages <<<"$gridengine_packages"
    fi
    if ! "${as_root[@]}" install --no-install-recommends "${packages[@]}" >>"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        die "apt-get install ${packages[*]} failed (above). Mend that, then type: $(install_command)"
    fi
}

# ---- Systems of one's own, started by scripts -------------------------------------------------

port_is_free() {
    ! (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Sets `ports` to $1 free ports, each with the one above it free too, below those that the kernel hands out.
# Until this script ends, others that call it wait, so that nobody finds a port that is found already:
# whatever outlives the script is to be started with 8<&-.
find_ports() {
    local port tries=0
    if command -v flock >/dev/null; then
        exec 8</tmp
        flock 8
    fi
    ports=()
    while [[ ${#ports[@]} -lt $1 ]]; do
        tries=$((tries + 1))
        [[ $tries -lt 1000 ]] || die "found no free ports between 20000 and 32000 on 127.0.0.1"
        port=$((20000 + RANDOM % 12000))
        port=$((port & ~1)) # the odd one above it is the caller's too
        if [[ " ${ports[*]} " != *" $port "* ]] && port_is_free "$port" && port_is_free $((port + 1)); then
            ports+=("$port")
        fi
    done
}

# Waits up to $1 seconds for the command that follows.
wait_for() {
    local tries=$(($1 * 20))
    shift
    while ! "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [[ $tries -gt 0 ]] || return 1
        sleep 0.05
    done
}

number() {
    [[ $2 =~ ^[1-9][0-9]*$ ]] || die "$1 needs a whole number of at least 1: '$2'"
    printf '%s' "$2"
}

# ---- Building --------------------------------------------------------------------------------

# The lock is on this folder, which no build deletes; file descriptor 9 holds it. Systems without
# flock (util-linux) go without.
lock_checkout() {
    command -v flock >/dev/null || return 0
    exec 9<"$root/scripts"
    if ! flock -n 9; then
        say_on_terminal "waiting for another build of this checkout ..."
        flock 9
    fi
}

unlock_checkout() {
    exec 9<&-
}

# True when the jar was built after the last change below */src/main and to any build file. Folders
# count too: deleting a source changes its folder.
jar_is_fresh() {
    [[ -f $root/bench/target/teff.jar && -f $root/bench/target/teff.jar.stamp ]] || return 1
    [[ -z $(find "$root/pom.xml" "$root/.mvn" "$root"/*/pom.xml "$root"/*/src/main \
        -newer "$root/bench/target/teff.jar.stamp" -print -quit) ]]
}

# Around every Maven run that makes the jar. The stamp is as old as the start of the run, so that
# what changes meanwhile counts as newer; the old jar is removed and not overwritten, so that a
# running teff keeps the file it has open.
begin_jar() {
    mkdir -p "$root/bench/target" "$root/target"
    rm -f "$root/bench/target/teff.jar"
    : >"$root/bench/target/teff.jar.stamp.new"
}

end_jar() {
    if [[ -f $root/bench/target/teff.jar ]]; then
        mv "$root/bench/target/teff.jar.stamp.new" "$root/bench/target/teff.jar.stamp"
    fi
}

ensure_jar() {
    local log=$root/target/build.log
    if jar_is_fresh; then return 0; fi
    lock_checkout
    if ! jar_is_fresh; then # otherwise another process built it while this one waited
        ensure_java17 jdk
        ensure_maven
        say_on_terminal "building teff.jar (first use, or sources changed) ..."
        begin_jar
        if ! (cd "$root" && mvn -q -B -ntp -DskipTests package) >"$log" 2>&1 </dev/null; then
            tail -n 60 "$log" >&2
            die "the build failed (above; whole log: $log)"
        fi
        [[ -f $root/bench/target/teff.jar ]] ||
            die "the build made no bench/target/teff.jar (log: $log)"
        end_jar
    fi
    unlock_checkout
}
