-- SPDX-License-Identifier: Apache-2.0
-- Errors of the disk while it is erased: they are seen, they stay to be seen, and the erase stays due.
local procedure = use "procedures"

local faults = {
  { op = "write", lba = 0 },
  { op = "write", lba = 5000 },
  { op = "write", lba = 16384 },
  { op = "flush", lba = 0 },
}

local function fault(p)
  return p.op == "flush" and disk.fault { op = "flush" } or disk.fault { op = p.op, lba = p.lba, count = 1 }
end

-- The unit says that it failed, on every channel, and the erase is not over.
local function is_failed(requirements)
  return {
    expect.unit { state = "failed", within = "10 min", requirements = requirements },
    read.panel { as = "failure" },
    expect.differ { a = "usual", b = "failure", requirements = requirements, text = "The panel does not show what it shows when all is well" },
    expect.panel { lacks = message.erasing, requirements = requirements },
    expect.console { contains = "erase failed", requirements = requirements },
    expect.console { lacks = "erase ends", requirements = requirements },
    erase.report { as = "report" },
    expect.text { value = var "report_outcome", is = "failed", requirements = requirements },
    expect.number { value = var "report_errors", at_least = 1, requirements = requirements },
  }
end

scenario {
  id = "ERA-07",
  title = "A write or flush error fails the erase visibly and leaves it pending",
  requirements = { "ERA-07" },
  effects = { "consumes-licence", "erases" },
  matrix = faults,
  unit = { disk_sectors = 16385 },
  steps = function(p) return {
    procedure.start(),
    read.panel { as = "usual" },
    procedure.register(),
    procedure.shutdown(),
    fault(p),
    power.on {},
    is_failed { "ERA-07" },
    disk.heal {},
    procedure.fail_power(),
    wait.ready {},
    expect.licence { is = "active", text = "Once the disk works the erase is done, and the licence active" },
    procedure.erased(1, { "ERA-07" }, true),
  } end,
}

scenario {
  id = "ERA-07-once",
  title = "One error on the way is not passed over",
  requirements = { "ERA-07" },
  effects = { "consumes-licence", "erases" },
  matrix = { op = { "write", "flush" }, mode = { 1, 3 } },
  unit = { disk_sectors = 16385 },
  steps = function(p) return {
    procedure.activate_in_mode(p.mode),
    read.panel { as = "usual" },
    console.mark {},
    disk.fault { op = p.op, nth = 1, times = 1 },
    key.regenerate {},
    wait.state { state = "failed", within = "10 min" },
    is_failed { "ERA-07" },
    procedure.fail_power(),
    wait.ready {},
    procedure.erased(p.mode, { "ERA-07" }, true),
  } end,
}

scenario {
  id = "MSG-03",
  title = "A failure stays visible until it is remedied",
  requirements = { "MSG-03" },
  effects = { "consumes-licence", "erases" },
  matrix = faults,
  unit = { disk_sectors = 16385 },
  steps = function(p) return {
    procedure.start(),
    read.panel { as = "usual" },
    procedure.register(),
    procedure.shutdown(),
    fault(p),
    power.on {},
    is_failed { "MSG-03" },
    wait.time { duration = "1 h" },
    read.panel { as = "later" },
    expect.same { a = "failure", b = "later", text = "The panel shows it an hour later" },
    expect.unit { state = "failed" },
    procedure.fail_power(),
    is_failed { "MSG-03" },
    disk.heal {},
    procedure.fail_power(),
    wait.ready {},
    expect.unit { state = "ready" },
    read.panel { as = "remedied" },
    expect.same { a = "usual", b = "remedied", text = "Remedied, the panel shows what it usually does" },
  } end,
}
