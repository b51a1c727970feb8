import { testWith } from "../tools.ts";
import { SERVER_TOOLS, tryServer } from "./fail2ban_server.ts";

testWith(SERVER_TOOLS, "fail2ban's bans block for good", () => tryServer("iptables"));
