#!/bin/sh
# boot.sh SECONDS FOLDER PREPARE BOOT…: a machine that starts systemd as its first process, once for
# each BOOT. boot.sh --check: tells whether one can be made.
#
# It is the machine that this runs on, with processes, network, name and /dev of its own; whatever is
# written to it is gone at the end, and what is the kernel's it may only read. Nothing that this
# machine starts is started in it. FOLDER is in it as /test; the others are scripts in there. PREPARE
# runs before it is started, BOOT once all is up; then it is switched off. Each must end with status 0
# within SECONDS. What they print is printed.
#
# As root. The status is 77 where the kernel, or the container that this runs in, allows no machine.
set -eu

case ${1-} in
--inside) shift ;;
*) exec unshare --mount --propagation private -- sh "$0" --inside "$@" ;;
esac

top=$(mktemp -d)
machine=$top/machine
group=
clean() {
  cd /
  # The last processes may be about to end.
  [ -z "$group" ] || for turn in 1 2 3 4 5; do
    ! find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || break
    sleep 0.2
  done
  umount -l "$top" 2>/dev/null || :
  rmdir "$top"
}
trap clean EXIT
trap 'exit 1' HUP INT TERM

refused() {
  printf 'boot.sh: no machine can be made here: %s\n' "$1" >&2
  exit 77
}

# start same|tmp PROGRAM…: runs a program as the first process of the machine, with this one's /tmp or
# an empty one.
start() {
  tmp=$1
  shift
  sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" \
    timeout -s KILL "$limit" unshare --mount --pid --net --uts --ipc --cgroup --fork --kill-child \
    sh "$top/enter" "$machine" "$tmp" \
    setpriv --bounding-set=-sys_time,-sys_module,-sys_rawio,-syslog \
    env -i container=test PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@" </dev/null
}

mount -t tmpfs -o mode=700 tmpfs "$top" 2>/dev/null || refused 'no tmpfs'
mkdir "$top/upper" "$top/work" "$top/groups" "$machine"
chmod 755 "$top/upper"
mount -t overlay overlay -o "lowerdir=/,upperdir=$top/upper,workdir=$top/work" "$machine" 2>/dev/null ||
  refused 'no overlay'
mount -t cgroup2 cgroup2 "$top/groups" 2>/dev/null || refused 'no cgroup2'
group=$(mktemp -d "$top/groups/permaban-XXXXXX" 2>/dev/null) || refused 'no group of processes'
cat >"$top/enter" <<'END'
# enter MACHINE same|tmp PROGRAM…: has the new namespaces be those of the machine.
set -eu
cd "$1"
mount -t proc proc proc
mount --bind proc/sys proc/sys
mount --bind proc/sys/net proc/sys/net
mount -o remount,bind,ro proc/sys
[ ! -e proc/sysrq-trigger ] || mount --bind /dev/null proc/sysrq-trigger
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
# The journal keeps one start apart from another by this.
cat /proc/sys/kernel/random/uuid >run/boot-id
mount --bind run/boot-id proc/sys/kernel/random/boot_id
[ "$2" = same ] || mount -t tmpfs tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
mkdir dev/pts dev/shm
for device in null zero full random urandom tty; do
  : >"dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
pivot_root . mnt
umount -l mnt
shift 2
exec "$@"
END
limit=30
start same true >"$top/log" 2>&1 || refused "$(tail -n 1 "$top/log")"
[ "$1" != --check ] || exit 0

limit=$1 folder=$2 prepare=$3
shift 3
mkdir "$machine/test"
cp -R "$folder/." "$machine/test"
cd "$machine"
rm -rf etc/systemd/system/*.wants etc/systemd/system/*.requires etc/rc?.d etc/cron.*/* \
  usr/sbin/policy-rc.d usr/bin/permaban usr/local/bin/permaban usr/local/sbin/permaban \
  etc/permaban var/lib/permaban var/cache/permaban etc/fail2ban/*.local etc/fail2ban/*.d/*.local \
  var/lib/fail2ban/* var/log/journal
mkdir var/log/journal
: >var/log/fail2ban.log
: >var/log/auth.log
: >etc/fstab
echo machine >etc/hostname
echo 0123456789abcdef0123456789abcdef >etc/machine-id
ln -s /dev/null etc/systemd/system/getty.target
cat >etc/systemd/system/boot-test.target <<'END'
[Unit]
Requires=multi-user.target boot-test.service
After=multi-user.target
END
cat >etc/systemd/system/boot-test.service <<'END'
[Unit]
After=multi-user.target

[Service]
Type=exec
WorkingDirectory=/test
ExecStart=/bin/sh /test/.boot
StandardOutput=append:/test/.out
StandardError=append:/test/.out
ExecStopPost=/bin/sh -c 'echo "$EXIT_STATUS" >/test/.status'
ExecStopPost=systemctl start --no-block --job-mode=replace-irreversibly poweroff.target
END

start same sh -c 'cd /test && exec sh "./$0"' "$prepare" 2>&1
for boot; do
  cp "test/$boot" test/.boot
  rm -f test/.status test/.out
  # However it is switched off, that is the end of the first process by a signal.
  start tmp /lib/systemd/systemd --system --unit=boot-test.target >"$top/log" 2>&1 || :
  [ ! -e test/.out ] || cat test/.out
  [ "$(cat test/.status 2>/dev/null)" = 0 ] || {
    printf 'boot.sh: "%s" failed, or nothing came of it in time\n' "$boot"
    cat "$top/log"
    journalctl --directory=var/log/journal --no-pager --no-hostname --priority=warning --lines=20
    journalctl --directory=var/log/journal --no-pager --no-hostname --unit='permaban*' --lines=20 2>/dev/null || :
    exit 1
  }
done
