/**
 * The table of commands; what each takes stands in `spec/`, the one place where an option is named.
 *
 * Parsing and help are made from it, so they cannot drift apart.
 *
 * @module
 */

import type { AnyCommand } from "./command.ts";
import { addSpec } from "./spec/add_spec.ts";
import { allowSpec } from "./spec/allow_spec.ts";
import { checkSpec } from "./spec/check_spec.ts";
import { completionsSpec } from "./spec/completions_spec.ts";
import { configSpec } from "./spec/config_spec.ts";
import { doctorSpec } from "./spec/doctor_spec.ts";
import { historySpec } from "./spec/history_spec.ts";
import { importSpec } from "./spec/import_spec.ts";
import { installSpec } from "./spec/install_spec.ts";
import { listSpec } from "./spec/list_spec.ts";
import { logSpec } from "./spec/log_spec.ts";
import { pardonSpec } from "./spec/pardon_spec.ts";
import { removeSpec } from "./spec/remove_spec.ts";
import { reportSpec } from "./spec/report_spec.ts";
import { restoreSpec } from "./spec/restore_spec.ts";
import { scanSpec } from "./spec/scan_spec.ts";
import { undoSpec } from "./spec/undo_spec.ts";
import { uninstallSpec } from "./spec/uninstall_spec.ts";
import { verifySpec } from "./spec/verify_spec.ts";

/** All commands, in the order of the help. */
export const COMMANDS: readonly AnyCommand[] = [
  scanSpec,
  listSpec,
  checkSpec,
  addSpec,
  removeSpec,
  allowSpec,
  pardonSpec,
  importSpec,
  restoreSpec,
  verifySpec,
  reportSpec,
  historySpec,
  logSpec,
  undoSpec,
  configSpec,
  installSpec,
  uninstallSpec,
  doctorSpec,
  completionsSpec,
];
