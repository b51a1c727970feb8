/**
 * A configuration to begin with.
 *
 * @module
 */

/**
 * Every line is a comment, the names of tables too: the defaults hold until somebody says otherwise,
 * and what is put behind it may begin any table.
 */
export const EXAMPLE_CONFIGURATION =
  `# Configuration of permaban. Keys are long names of options, in a table for each command; those of
# all commands stand above the first table. Take away a "#" to change something, and that of the
# table above it. Each table may be there once.

# quiet = true

# [scan]
# min-bans = 10
# within = "1y"
# Only these jails; without it, all but permaban, repeatoffender and recidive.
# jail = ["sshd", "postfix"]
# ignore-jail = ["wordpress"]
# ipv6-prefix = 64
# keep = "2y"

# [restore]
# layout = "tree"
`;
