-- SPDX-License-Identifier: Apache-2.0
-- Erases to be timed by bench_erase.sh; no part of the suite.
local procedure = use "procedures"

local function three_passes(id, sectors, pattern)
  scenario {
    id = id,
    title = id,
    requirements = { "ERA-04" },
    effects = { "consumes-licence", "erases" },
    unit = { disk_sectors = sectors, pattern = pattern },
    steps = {
      procedure.activate_in_mode(3),
      key.regenerate {},
      measure.erase_time { name = id, as = "time", within = "240 h" },
      procedure.erased(3, { "ERA-04" }),
    },
  }
end

three_passes("mode-3-40GB", 78125000, true)
three_passes("mode-3-64MB", 125000, false)

scenario {
  id = "mode-1-4TB",
  title = "mode-1-4TB",
  requirements = { "ERA-09" },
  effects = { "consumes-licence", "erases" },
  unit = { disk_sectors = 7814037168, pattern = true },
  steps = {
    procedure.start(),
    procedure.register(),
    procedure.shutdown(),
    power.on {},
    measure.erase_time { name = "mode-1-4TB", as = "time", within = "240 h" },
    procedure.erased(1, { "ERA-09" }),
  },
}
