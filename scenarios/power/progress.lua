-- SPDX-License-Identifier: Apache-2.0
-- Power cuts while everything is erased, at chosen progress.
local procedure = use "procedures"

local mb64 = 125000 -- sectors; a pass takes some three seconds

scenario {
  id = "PWR-02",
  title = "A cut at chosen progress of each mode: the unit starts and finishes the erase",
  requirements = { "PWR-02", "BOO-01" },
  effects = { "consumes-licence", "erases" },
  matrix = { mode = { 2, 3 }, percent = { 1, 25, 33, 50, 66, 75, 99 } },
  unit = { disk_sectors = mb64 },
  steps = function(p) return {
    procedure.activate_in_mode(p.mode),
    procedure.begin_erase(),
    wait.progress { percent = p.percent },
    procedure.cut_erase(),
    procedure.recovers(p.mode, { "PWR-02", "BOO-01" }),
  } end,
}
