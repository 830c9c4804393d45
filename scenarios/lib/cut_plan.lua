-- SPDX-License-Identifier: Apache-2.0
-- Replays what the power-cut explorer has found. wiperig run --cut-plan puts the plan (rig/cut_plan.h) before the first
-- line, as the local `plan`; nobody else runs this file.
local procedure = use "procedures"

-- What the explorer's unit has stored, and what of it is to be erased when.
local letter, temporary = "a letter that nobody has asked to erase", "temporary data of a job"
local later = "a letter that came after the erase"
local user_data = 482854661748 -- a stamp

local everything = plan.erase == "activation" or plan.erase == "regeneration" or plan.erase == "invalidation"

-- The requirements that an expectation about `what` speaks for: the fault's own where it is about that.
local about = {
  ["sectors-left"] = "disk", ["passes-missing"] = "passes", ["wrong-content"] = "disk", ["unreadable"] = "disk",
  ["not-flushed"] = "disk", ["report"] = "report", ["licence"] = "licence", ["licence-gone"] = "licence", ["document"] = "document",
  ["old-key"] = "key", ["forgets"] = "memory", ["loses"] = "memory",
}
local function ids(what)
  local it = about[plan.fault] == what or (plan.fault == "passes-missing" and what == "disk")
  if it and plan.requirement ~= "PWR-02" then return { plan.requirement, "PWR-02" } end
  return { "PWR-02" }
end

local function milliseconds(ns) return string.format("%d ms", ns // 1000000) end

-- Disks full of user data, but for the system area.
local function fill()
  local steps = {}
  for i, sectors in ipairs(plan.emulated and plan.disks or {}) do
    local from = i == 1 and plan.system_lba or 0
    local to = i == 1 and from + plan.system_sectors or 0
    if from > 0 then table.insert(steps, disk.place { disk = i - 1, lba = 0, count = from, stamp = user_data }) end
    if to < sectors then table.insert(steps, disk.place { disk = i - 1, lba = to, count = sectors - to, stamp = user_data }) end
  end
  return steps
end

local function in_use()
  return {
    procedure.register(),
    procedure.restart(),
    fill(),
    plan.document and document.store { box = 1, value = letter } or {},
  }
end

local function with_job()
  return {
    in_use(),
    plan.emulated and read.disk_mark { as = "before_job" } or {},
    job.start { kind = "copy", value = temporary, as = "job" },
    plan.emulated and read.stored { value = temporary, since = "before_job", as = "place" } or {},
  }
end

-- What comes before the first session, and the request that it begins with; none: it begins with power-on.
local erases = {
  activation = { before = procedure.register },
  regeneration = { before = in_use, request = function() return key.regenerate { cut = true } end },
  invalidation = {
    before = function() return { in_use(), service.enter {} } end,
    request = function() return licence.invalidate { as = "transfer", cut = true } end,
  },
  ["job-end"] = {
    before = with_job,
    request = function() return job.finish { job = var "job", how = "complete", cut = true } end,
  },
  residue = { before = with_job },
}
local trigger = erases[plan.erase]

local function switch_off() return { power.off {}, wait.time { duration = "10 s" } } end
local away = "100 ms" -- the explorer's clock does not go on while the power is off

local function begin(number)
  if number == 1 and trigger.request then return trigger.request() end
  return power.on {}
end

-- Exactly at that operation, each write that waits as planned.
local function cut_exactly(number, planned)
  local at_rest = planned.op == "power"
  return {
    cut.plan {
      op = planned.op, nth = planned.nth, when = planned.when, disk = planned.disk, at = planned.at,
      pending = planned.pending, pending2 = planned.pending2, fates = planned.fates,
    },
    begin(number),
    at_rest and { wait.ready {}, power.off {} } or {},
    wait.planned_cut {},
    cut.disarm {},
    power.off {},
    wait.time { duration = away },
  }
end

-- When it was, on the board that was explored: as near as time can bring it.
local function cut_by_time(number, planned)
  return {
    read.session { as = "session" .. number },
    begin(number),
    wait.time { duration = milliseconds(planned.at_ns) },
    power.off {},
    read.aim {
      op = planned.op, nth = planned.nth, disk = planned.disk, at = planned.at, since = "session" .. number,
      as = "nearness" .. number,
    },
    wait.time { duration = "10 s" },
  }
end

local function cuts()
  local steps = {}
  for number, planned in ipairs(plan.cuts) do
    table.insert(steps, (plan.exact and cut_exactly or cut_by_time)(number, planned))
  end
  return steps
end

-- A request whose answer nobody got may have come to nothing.
local promised = not trigger.request or #plan.cuts == 0 or plan.cuts[1].promised

local function erase_report()
  local requirements = ids "report"
  return {
    expect.text { value = var "report_outcome", is = "complete", requirements = requirements, text = "The erase is reported complete" },
    expect.number { value = var "report_mode", is = plan.mode, requirements = requirements, text = "The mode is the one in force" },
    expect.number { value = var "report_passes", is = ({ 1, 1, 3 })[plan.mode], requirements = requirements, text = "All passes are reported" },
  }
end

local function all_erased()
  local is = plan.mode == 1 and "zero" or "random"
  local licence_is = plan.erase == "invalidation" and "none" or "active"
  return {
    erase.report { as = "report" },
    promised and expect.disk_erased { is = is, requirements = ids "disk" }
      or expect.erased_if_begun { is = is, since = "begin", requirements = ids "disk" },
    expect.passes { count = ({ 1, 1, 3 })[plan.mode], since = "begin", promised = promised, requirements = ids "passes" },
    (promised or plan.erase ~= "invalidation") and expect.licence { is = licence_is, requirements = ids "licence" } or {},
    erase_report(),
    plan.fault == "old-key" and expect.former_keys_gone { keys = var "begin_keys", since = "begin", promised = promised, requirements = ids "key" } or {},
  }
end

local function job_erased()
  -- A unit may encrypt what it writes, NULL too: then it need not read as NULL.
  local is = plan.mode ~= 1 and "random" or plan.fault == "wrong-content" and "zero" or "any"
  return {
    plan.emulated and expect.overwritten { place = "place", is = is, requirements = ids "disk" } or {},
    expect.licence { is = "active", requirements = ids "licence" },
    plan.document and expect.document { box = 1, is = letter, requirements = ids "document" } or {},
  }
end

-- While the unit erases: what its report says then the monitors know to judge.
local function ask_report()
  return {
    wait.panel { is = message.erasing, within = "1 min" },
    wait.time { duration = "500 ms" },
    erase.report { as = "early" },
  }
end

-- What a user stores now, the power going as soon as it is acknowledged, with all that was not written by then.
local function store_and_cut()
  return {
    document.store { box = 2, value = later },
    plan.emulated and cut.fate { how = "lose" } or {},
    power.off {},
    wait.time { duration = away },
    power.on {},
    wait.ready { within = "24 h" },
    expect.document { box = 2, is = later, requirements = ids "memory" },
  }
end

local requirements = { "PWR-02" }
if plan.requirement ~= "PWR-02" then table.insert(requirements, plan.requirement) end

scenario {
  id = "CUT-PLAN",
  title = "A planned power cut: " .. plan.erase .. ", mode " .. plan.mode .. ", " .. plan.fault,
  requirements = requirements,
  effects = { "consumes-licence", "erases" },
  unit = plan.emulated and { disk_cut = "keep" } or {},
  steps = {
    plan.emulated and fill() or {},
    procedure.start(),
    plan.mode ~= 1 and procedure.set("erase-mode", plan.mode) or {},
    trigger.before(),
    trigger.request and {} or switch_off(),
    read.session { as = "begin" },
    cuts(),
    begin(#plan.cuts + 1),
    plan.after == "report" and ask_report() or {},
    trigger.request and #plan.cuts == 0 and wait.time { duration = "1 s" } or {},
    wait.ready { within = "24 h" },
    expect.unit { state = "ready", requirements = ids "unit" },
    everything and all_erased() or job_erased(),
    plan.after == "store" and store_and_cut() or {},
  },
}
