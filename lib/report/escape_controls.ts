/**
 * Text from files, logs or arguments, made harmless on a terminal.
 *
 * @module
 */

/**
 * Makes control and bidirectional characters of a text visible.
 *
 * @param text Any text.
 * @returns The text with such characters written as `\x1b` or `\u{202e}`.
 */
export function escapeControls(text: string): string {
  if (/^[ -~]*$/.test(text)) return text;
  return text.toWellFormed().replace(
    // deno-lint-ignore no-control-regex
    /[\x00-\x1f\x7f-\x9f]|[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => {
      const code = character.charCodeAt(0).toString(16);
      return code.length > 2 ? `\\u{${code}}` : `\\x${code.padStart(2, "0")}`;
    },
  );
}
