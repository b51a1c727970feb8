import { SERVER_TOOLS, tryServer } from "../e2e/fail2ban_server.ts";
import { testWith } from "../tools.ts";

for (const format of ["ipset", "nft"] as const) {
  testWith(SERVER_TOOLS, `fail2ban's bans block for good, by ${format}`, () => tryServer(format));
}
