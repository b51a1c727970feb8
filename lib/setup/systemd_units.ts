/**
 * Units for systemd: one that restores at boot, and a timer that reads the logs.
 *
 * A service has one set of privileges, so reading and loading are two: the reader may read all logs
 * and write to its own folder, and only the loader gets at the firewall.
 *
 * @module
 */

import { dirname } from "@std/path/posix";
import { FIREWALL_SCRIPT, type PlannedFile, type SetupOptions } from "./setup_options.ts";
import { scanCommand } from "./scan_command_line.ts";

/** Makes the units. */
export function systemdUnits(options: SetupOptions): PlannedFile[] {
  const unit = (name: string, text: string) => ({
    path: `/etc/systemd/system/${name}`,
    mode: 0o644,
    text: `# Written by "permaban install"; put changes into ${name}.d/*.conf.\n${text}`,
  });
  return [
    unit("permaban-restore.service", restoreService(options)),
    unit("permaban-scan.service", scanService(options)),
    unit("permaban.service", loadService(options)),
    unit("permaban.timer", timer(options)),
  ];
}

/** The folders that must be there, and be written to by the reader. */
function foldersOf({ state, blocklist }: SetupOptions): string {
  return [...new Set([state, dirname(blocklist)])].join(" ");
}

/** Programs that empty the firewall as they start: the list must be loaded after them. */
const FIREWALLS = [
  "nftables.service",
  "netfilter-persistent.service",
  "iptables.service",
  "ip6tables.service",
  "firewalld.service",
  "ufw.service",
].join(" ");

/** The kernel's part of iptables, which the legacy variant does not load without privileges. */
const MODULES = "modprobe@ip_tables.service modprobe@ip6_tables.service";

function restoreService(options: SetupOptions): string {
  return `[Unit]
Description=permaban: block the list before the network is up
DefaultDependencies=no
Wants=network-pre.target ${MODULES}
After=local-fs.target systemd-modules-load.service ${MODULES}
# What empties /tmp, where systemd puts the /dev of a service together.
After=systemd-tmpfiles-setup.service
After=${FIREWALLS}
Before=network-pre.target shutdown.target
Conflicts=shutdown.target
RequiresMountsFor=${foldersOf(options)} /var/cache
# What empties the firewall when it is restarted or reloaded.
PartOf=${FIREWALLS}
ReloadPropagatedFrom=${FIREWALLS}

[Service]
Type=oneshot
RemainAfterExit=yes
${PARTLY}
ExecStart=${FIREWALL_SCRIPT} load
ExecReload=${FIREWALL_SCRIPT} refresh
${LOADER}
[Install]
WantedBy=multi-user.target
`;
}

function scanService(options: SetupOptions): string {
  return `[Unit]
Description=permaban: put repeat offenders on the list
RequiresMountsFor=${foldersOf(options)} /var/log

[Service]
Type=oneshot
Nice=10
${PARTLY}
ExecStart=${scanCommand(options)}
# The last two keep owner and group of a list that is replaced.
CapabilityBoundingSet=CAP_DAC_READ_SEARCH CAP_CHOWN CAP_FOWNER
ReadWritePaths=${foldersOf(options)}
RestrictAddressFamilies=AF_UNIX AF_NETLINK
${HARDENING}`;
}

function loadService(options: SetupOptions): string {
  return `[Unit]
Description=permaban: read the logs, then load the list if it has changed
# Wanted, not required: a log that could not be read is no reason to leave the list as it was.
Wants=permaban-scan.service
After=permaban-scan.service permaban-restore.service
RequiresMountsFor=${foldersOf(options)}

[Service]
Type=oneshot
${PARTLY}
ExecStart=${FIREWALL_SCRIPT} refresh
${LOADER}`;
}

/** Nothing is read by a program that was removed; the boot unit fails, for that must be seen. */
function timer({ program }: SetupOptions): string {
  return `[Unit]
Description=permaban: read the logs every five minutes
ConditionFileIsExecutable=${program}

[Timer]
OnBootSec=2min
OnUnitInactiveSec=5min
RandomizedDelaySec=15
Unit=permaban.service

[Install]
WantedBy=timers.target
`;
}

/** Part of what was read was not understood, and said to be; the rest is done. */
const PARTLY = "SuccessExitStatus=4";

/** MemoryDenyWriteExecute= is missing: the program compiles as it runs. */
const HARDENING = `NoNewPrivileges=yes
ProtectSystem=strict
CacheDirectory=permaban
CacheDirectoryMode=0700
UMask=0077
ProtectHome=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
LockPersonality=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
`;

/** Whether the units do not see a path, since `ProtectHome=` hides it from them. */
export function isHiddenFromUnits(path: string): boolean {
  return /^\/(?:home|root|run\/user)(?:\/|$)/.test(path);
}

/** The lock of iptables is below /run. The list may belong to somebody else, and be closed to others. */
const LOADER = `CapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_RAW CAP_DAC_READ_SEARCH
ReadWritePaths=/run
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
${HARDENING}`;
