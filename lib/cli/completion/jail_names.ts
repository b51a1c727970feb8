/**
 * How a completion learns the names of jails.
 *
 * @module
 */

/**
 * A command of `sh` that prints the names of fail2ban's jails, as far as a server has them in files
 * of its own: the sections of `jail.local` and `jail.d`. Names with characters that mean something to
 * a shell or a terminal are left out: what is completed stands on a command line of root.
 */
export const JAIL_NAMES = [
  'LC_ALL=C sed -n -e "/^.DEFAULT]/d" -e "/^.INCLUDES]/d"',
  '-e "s/^\\[\\([A-Za-z0-9_][A-Za-z0-9_.-]*\\)\\][^]]*\\$/\\1/p"',
  "/etc/fail2ban/jail.local /etc/fail2ban/jail.d/*.conf /etc/fail2ban/jail.d/*.local",
  "2>/dev/null | sort -u",
].join(" ");
