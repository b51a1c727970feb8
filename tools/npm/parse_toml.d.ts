// The types of @std/toml/parse, which the npm package does not carry.

export function parse(tomlString: string): Record<string, unknown>;
