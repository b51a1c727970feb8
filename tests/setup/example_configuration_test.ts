import { assertEquals } from "@std/assert";
import { COMMANDS } from "../../lib/cli/commands.ts";
import { parseConfiguration } from "../../lib/cli/read_configuration.ts";
import { EXAMPLE_CONFIGURATION } from "../../lib/setup/example_configuration.ts";

Deno.test("the configuration to begin with says nothing, and nothing wrong when uncommented", () => {
  const settingsIn = (text: string) => {
    const { tables, faults } = parseConfiguration(text, COMMANDS);
    assertEquals(faults, []);
    return Array.from(tables.values(), ({ size }) => size).reduce((sum, size) => sum + size, 0);
  };
  assertEquals(settingsIn(EXAMPLE_CONFIGURATION), 0);
  const all = EXAMPLE_CONFIGURATION.replaceAll(/^# (?=[a-z0-9-]+ = |\[)/gm, "");
  assertEquals(settingsIn(all), EXAMPLE_CONFIGURATION.match(/^# [a-z0-9-]+ = /gm)?.length);
});

Deno.test("what is put behind the configuration to begin with may begin any table", () => {
  for (const { name } of COMMANDS) {
    const text = `${EXAMPLE_CONFIGURATION}[${name}]\n`;
    assertEquals(parseConfiguration(text, COMMANDS).faults, [], name);
  }
});
