-- SPDX-License-Identifier: Apache-2.0
-- Disks beyond the address limits, hidden areas, the evaluator's windows (HCD supporting document, WIPE-T4).
local procedure = use "procedures"

scenario {
  id = "ERA-09",
  title = "A disk beyond the 28-bit sector limit is erased in full",
  requirements = { "ERA-09", "ERA-10" },
  effects = { "consumes-licence", "erases" },
  matrix = {
    { mode = 1, sectors = 268435456 },
    { mode = 1, sectors = 268435457 },
    { mode = 2, sectors = 268500003 },
  },
  -- NULL costs the model no memory, whoever writes it, but time: one case is for firmware that writes bytes, too.
  unit = function(p) return { disk_sectors = p.sectors, pattern = p.mode ~= 1 or p.sectors ~= 268435457 } end,
  steps = function(p) return {
    procedure.activate_in_mode(p.mode),
    p.mode == 1 and {} or procedure.erase_all(),
    procedure.erased(p.mode, { "ERA-09" }),
    expect.windows { is = p.mode == 1 and "zero" or "random", requirements = { "ERA-10", "ERA-09" } },
  } end,
}

scenario {
  id = "ERA-09-32bit",
  title = "A disk beyond the 32-bit sector limit is erased in full",
  requirements = { "ERA-09", "ERA-10" },
  effects = { "consumes-licence", "erases" },
  unit = { disk_sectors = 4295000003, pattern = true },
  steps = {
    procedure.start(),
    procedure.register(),
    procedure.shutdown(),
    power.on {},
    wait.ready { within = "60 h" },
    procedure.erased(1, { "ERA-09" }),
    expect.windows { is = "zero", requirements = { "ERA-10", "ERA-09" } },
    expect.windows { is = "zero", window = "32bit", requirements = { "ERA-10", "ERA-09" } },
  },
}

scenario {
  id = "ERA-10",
  title = "The windows of WIPE-T4 hold the pattern",
  requirements = { "ERA-10" },
  effects = { "consumes-licence", "erases" },
  matrix = { mode = { 1, 2, 3 }, sectors = { 2100, 9999, 50001 } },
  unit = function(p) return { disk_sectors = p.sectors } end,
  steps = function(p)
    local is = p.mode == 1 and "zero" or "random"
    local steps = { procedure.activate_in_mode(p.mode), p.mode == 1 and {} or procedure.erase_all() }
    for _, window in ipairs { "first", "middle", "last", "random" } do
      table.insert(steps, expect.windows { is = is, window = window, text = "WIPE-T4: the window \"" .. window .. "\"" })
    end
    return steps
  end,
}

scenario {
  id = "ERA-08",
  title = "What the disk hides (HPA, DCO) is erased, or declared",
  requirements = { "ERA-08" },
  effects = { "consumes-licence", "erases" },
  matrix = { { hpa = 1000, dco = 0 }, { hpa = 0, dco = 2000 }, { hpa = 777, dco = 1001 } },
  unit = function(p) return { disk_sectors = 16384, hpa_sectors = p.hpa, dco_sectors = p.dco } end,
  steps = function(p) return {
    procedure.start(),
    disk.place { lba = 16384 - p.hpa - p.dco, count = p.hpa + p.dco, stamp = 8 },
    procedure.register(),
    procedure.restart(),
    erase.report { as = "report" },
    expect.text { value = var "report_outcome", is = "complete" },
    expect.hidden_areas { outcome = var "report_hidden", sectors = var "report_hidden_sectors", at_least = p.hpa + p.dco, is = "zero" },
    expect.disk_erased { is = "zero" },
  } end,
}

-- No command reaches the sectors that a drive has put spares in place of: they can only be declared.
scenario {
  id = "ERA-08-remapped",
  title = "Sectors that the drive replaced before or since the last look are declared",
  requirements = { "ERA-08" },
  effects = { "consumes-licence", "erases" },
  unit = procedure.small(),
  matrix = { before = { 0, 3 }, after = { 0, 70 } },
  steps = function(p) return {
    procedure.start(),
    p.before > 0 and {
      disk.place { lba = 500, count = p.before, stamp = 8 },
      disk.remap { lba = 500, count = p.before },
    } or {},
    procedure.register(),
    procedure.restart(),
    p.after > 0 and disk.remap { lba = 900, count = p.after } or {},
    erase.report { as = "report" },
    expect.text { value = var "report_outcome", is = "complete" },
    expect.number { value = var "report_remapped_sectors", is = p.before + p.after, text = "Sectors replaced" },
    expect.disk_erased { is = "zero" },
  } end,
}

scenario {
  id = "ERA-08-none",
  title = "Where nothing is hidden, none is reported",
  requirements = { "ERA-08" },
  effects = { "consumes-licence", "erases" },
  unit = procedure.small(),
  steps = {
    procedure.activate(),
    erase.report { as = "report" },
    expect.text { value = var "report_hidden", is = "none" },
    expect.number { value = var "report_hidden_sectors", is = 0 },
    expect.number { value = var "report_remapped_sectors", is = 0 },
  },
}
