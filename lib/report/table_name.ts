/**
 * Names of the tables of a report.
 *
 * @module
 */

/** Which tables there are as CSV. */
export const CSV_TABLES = ["offenders", "networks", "jails", "periods", "hours"] as const;

/** One of {@linkcode CSV_TABLES}. */
export type CsvTable = typeof CSV_TABLES[number];
