-- SPDX-License-Identifier: Apache-2.0
-- Power cuts while everything is erased: at chosen progress, at the borders of passes, in the first and the last block,
-- within a flush, within the record of progress; again and again; with another disk in between.
local procedure = use "procedures"

local mb64 = 125000 -- sectors; a pass takes some three seconds

-- Not over, and nobody says that it were.
local function not_complete(requirements)
  return {
    wait.state { state = "erasing", within = "1 min" },
    erase.report { as = "midway" },
    expect.text { value = var "midway_outcome", is_not = "complete", requirements = requirements, text = "The interrupted erase is not reported complete" },
  }
end

scenario {
  id = "PWR-03",
  title = "An interrupted erase is never reported complete, wherever it was cut",
  requirements = { "PWR-03", "BOO-01", "PWR-02" },
  effects = { "consumes-licence", "erases" },
  matrix = { percent = { 1, 25, 50, 75, 99 }, fate = { "lose", "keep", "chance", "torn" } },
  unit = { disk_sectors = mb64 },
  steps = function(p) return {
    procedure.start(),
    procedure.register(),
    procedure.restart_to_erase(),
    wait.progress { percent = p.percent },
    cut.fate { how = p.fate },
    procedure.cut_erase(),
    p.percent < 90 and not_complete { "PWR-03" } or {},
    procedure.recovers(1, { "BOO-01", "PWR-02" }),
  } end,
}

-- `arm` says at which operation of the erase the mains fail.
local function armed_cut(p, requirements, arm, mode)
  return {
    procedure.activate_in_mode(mode),
    cut.fate { how = p.fate },
    arm,
    key.regenerate { cut = true },
    procedure.after_cut(),
    procedure.recovers(mode, requirements),
  }
end

local fates = { "lose", "keep", "torn" }

scenario {
  id = "PWR-04-first-block",
  title = "A cut before, within and after the first write of an erase",
  requirements = { "PWR-04", "PWR-02" },
  effects = { "consumes-licence", "erases" },
  matrix = { when = { "before", "within", "after" }, fate = fates },
  unit = { disk_sectors = 16385 },
  steps = function(p) return armed_cut(p, { "PWR-04", "PWR-02" }, cut.arm { op = "write", nth = 1, when = p.when }, 1) end,
}

scenario {
  id = "PWR-04-last-block",
  title = "A cut before, within and after the write that reaches the last sector",
  requirements = { "PWR-04", "PWR-02" },
  effects = { "consumes-licence", "erases" },
  matrix = { when = { "before", "within", "after" }, fate = fates },
  unit = { disk_sectors = 16385 },
  steps = function(p) return armed_cut(p, { "PWR-04", "PWR-02" }, cut.arm { op = "write", nth = 1, when = p.when, from = 16384 }, 1) end,
}

scenario {
  id = "PWR-04-pass-border",
  title = "A cut at the border of each of the three passes of mode 3",
  requirements = { "PWR-04", "PWR-02" },
  effects = { "consumes-licence", "erases" },
  matrix = { pass = { 1, 2, 3 }, when = { "within", "after" }, fate = fates },
  unit = { disk_sectors = 16385 },
  steps = function(p) return armed_cut(p, { "PWR-04", "PWR-02" }, cut.arm { op = "write", nth = p.pass, when = p.when, from = 16384 }, 3) end,
}

scenario {
  id = "PWR-04-flush",
  title = "A cut before, within and after a flush of the write cache",
  requirements = { "PWR-04", "PWR-02" },
  effects = { "consumes-licence", "erases" },
  matrix = { mode = { 1, 3 }, when = { "before", "within", "after" }, fate = fates },
  unit = { disk_sectors = 16385 },
  steps = function(p) return armed_cut(p, { "PWR-04", "PWR-02" }, cut.arm { op = "flush", nth = 1, when = p.when }, p.mode) end,
}

-- Far enough into the disk that a firmware has kept its progress: what comes next is neither there nor passed over.
scenario {
  id = "PWR-04-middle",
  title = "A cut before and within a write in the middle of the disk",
  requirements = { "PWR-04", "PWR-02" },
  effects = { "consumes-licence", "erases" },
  matrix = { from = { 32768, 131072 }, when = { "before", "within" }, fate = { "lose" } },
  unit = { disk_sectors = 150001 },
  steps = function(p) return armed_cut(p, { "PWR-04", "PWR-02" }, cut.arm { op = "write", nth = 1, when = p.when, from = p.from }, 2) end,
}

-- Progress is kept in what is written to the NVRAM once the first pass has begun to write to the disk. How many units of
-- the memory that takes is the firmware's affair: where there is no nth one, the case is skipped as such.
scenario {
  id = "PWR-04-progress-record",
  title = "A cut within the record of the progress",
  requirements = { "PWR-04", "PWR-02" },
  effects = { "consumes-licence", "erases" },
  matrix = { nth = { 1, 2, 3, 4, 7, 11 }, when = { "within", "after" } },
  unit = { disk_sectors = 16385 },
  steps = function(p)
    return {
      procedure.activate_in_mode(3),
      cut.arm { op = "nvram", nth = p.nth, when = p.when, past = "write" },
      key.regenerate { cut = true },
      procedure.after_cut(),
      wait.ready { within = "4 h" },
      expect.licence { is = "active" },
      -- The request was kept, or nothing would have been written to the disk.
      procedure.erased(3, { "PWR-04", "PWR-02" }),
    }
  end,
}

scenario {
  id = "PWR-05",
  title = "Cut again and again, also while it is resumed, the erase ends after finitely many starts",
  requirements = { "PWR-05" },
  effects = { "consumes-licence", "erases" },
  matrix = { mode = { 1, 3 }, times = { 2, 10 }, fate = { "lose", "torn" } },
  unit = { disk_sectors = mb64 },
  steps = function(p)
    local steps = { procedure.activate_in_mode(p.mode), cut.fate { how = p.fate }, procedure.begin_erase() }
    for i = 1, p.times do
      table.insert(steps, {
        wait.time { duration = ({ "100 ms", "700 ms", "1300 ms" })[i % 3 + 1] },
        power.off {},
        wait.time { duration = "1 s" },
        power.on {},
        i < 3 and { wait.state { state = "erasing", within = "1 min" } } or {},
      })
    end
    table.insert(steps, procedure.recovers(p.mode, { "PWR-05" }))
    return steps
  end,
}

-- Each start gets five seconds of erasing, less than mode 3 takes as a whole: what is done must be kept.
scenario {
  id = "PWR-05-progress",
  title = "Starts too short for a whole erase add up to one",
  requirements = { "PWR-05" },
  effects = { "consumes-licence", "erases" },
  unit = { disk_sectors = mb64 },
  steps = function()
    local steps = { procedure.activate_in_mode(3), procedure.begin_erase() }
    for _ = 1, 6 do
      table.insert(steps, { wait.time { duration = "5 s" }, power.off {}, wait.time { duration = "1 s" }, power.on {}, wait.time { duration = "3 s" } })
    end
    table.insert(steps, {
      expect.unit { state = "ready", within = "5 s", text = "The erase is over by now" },
      procedure.erased(3, { "PWR-05" }),
    })
    return steps
  end,
}

-- The same within a pass: each start gets a third of what it takes.
scenario {
  id = "PWR-05-within-pass",
  title = "Starts too short for a pass add up to one",
  requirements = { "PWR-05" },
  effects = { "consumes-licence", "erases" },
  unit = { disk_sectors = 2000000 },
  steps = function()
    local steps = { procedure.activate_in_mode(1), procedure.begin_erase() }
    for _ = 1, 6 do
      table.insert(steps, { wait.time { duration = "20 s" }, power.off {}, wait.time { duration = "1 s" }, power.on {}, wait.time { duration = "3 s" } })
    end
    table.insert(steps, {
      expect.unit { state = "ready", within = "5 s", text = "The erase is over by now" },
      procedure.erased(1, { "PWR-05" }),
    })
    return steps
  end,
}

scenario {
  id = "PWR-02-swapped-disk",
  title = "Another disk in the place of one that is half erased is erased in full",
  requirements = { "PWR-02", "ERA-01" },
  effects = { "consumes-licence", "erases" },
  matrix = { mode = { 1, 2 }, percent = { 25, 75 } },
  unit = { disk_sectors = mb64 },
  steps = function(p) return {
    procedure.activate_in_mode(p.mode),
    procedure.begin_erase(),
    wait.progress { percent = p.percent },
    power.off { during = "erase" },
    part.replace { which = "disk" },
    wait.time { duration = "10 s" },
    power.on {},
    wait.ready { within = "4 h" },
    expect.licence { is = "active", requirements = { "PWR-02" } },
    procedure.erased(p.mode, { "PWR-02", "ERA-01" }),
  } end,
}
