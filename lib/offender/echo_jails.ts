/**
 * Jails that count nothing new.
 *
 * @module
 */

/** Jails that ban on others' bans, permaban's own among them: counting them would count twice. */
export const ECHO_JAILS: readonly string[] = ["permaban", "repeatoffender", "recidive"];
