/**
 * Reads the value of an option that wants a whole number.
 *
 * @param name The option, without its dashes.
 * @param text What was typed; `undefined` if the option is not there.
 * @param fallback What holds then.
 * @returns The number.
 * @throws {RangeError} If it is anything but digits.
 */
export function wholeNumber(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const value = /^\d[\d_]*$/.test(text) ? Number(text.replaceAll("_", "")) : NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`Cannot use --${name} "${text}", wanted is a whole number`);
}

/**
 * Reads the value of an option that wants a part of a whole.
 *
 * @param name The option, without its dashes.
 * @param text What was typed; `undefined` if the option is not there.
 * @param fallback What holds then.
 * @param most The largest value that makes sense.
 * @returns The number, between 0 and `most`.
 * @throws {RangeError} If it is anything else.
 */
export function shareOption(
  name: string,
  text: string | undefined,
  fallback: number,
  most: number,
): number {
  if (text === undefined) return fallback;
  const value = /^[\d.]+$/.test(text) ? Number(text) : NaN;
  if (value >= 0 && value <= most) return value;
  throw new RangeError(`Cannot use --${name} "${text}", wanted is a number from 0 to ${most}`);
}
