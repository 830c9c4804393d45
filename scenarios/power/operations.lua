-- SPDX-License-Identifier: Apache-2.0
-- Power cuts in the middle of everything else that a unit does: it starts, and what it had promised is there.
local plant = use "plant"
local procedure = use "procedures"

local paper = plant.text(77, 512)

local function whole_or_nothing(length)
  return expect.that {
    text = "The value is there whole, or not at all",
    check = function(v) return v.value == "" or #v.value == length, #v.value .. " characters" end,
  }
end

-- What is done before, what is cut, and what has to be so afterwards.
local operations = {
  registration = {
    before = procedure.start(),
    act = { licence.issue { as = "key" }, panel.register { key = var "key", cut = true } },
    after = {
      read.licence { as = "licence" },
      expect.that {
        text = "The licence is registered, or not at all",
        check = function(v) return v.licence == "none" or v.licence == "active", v.licence end,
      },
    },
  },
  ["mode-set"] = {
    before = { procedure.activate(), service.enter {} },
    act = service.set { item = "erase-mode", value = 3, cut = true },
    after = {
      service.enter {},
      procedure.restart(),
      key.regenerate {},
      wait.ready {},
      erase.report { as = "report" },
      expect.that {
        text = "The mode is the old one or the new one",
        check = function(v) return v.report_mode == 1 or v.report_mode == 3, tostring(v.report_mode) end,
      },
    },
  },
  ["data-put"] = {
    before = { procedure.activate(), data.put { item = "address-book", value = paper } },
    act = data.put { item = "settings", value = plant.text(78, 400), cut = true },
    after = {
      expect.data { item = "address-book", is = paper, text = "What was stored before is there" },
      data.get { item = "settings", as = "value" },
      whole_or_nothing(400),
    },
  },
  ["data-delete"] = {
    before = {
      procedure.activate(),
      data.put { item = "address-book", value = paper },
      data.put { item = "forwarding", value = paper },
    },
    act = data.delete { item = "forwarding", cut = true },
    after = {
      expect.data { item = "address-book", is = paper, text = "What was not deleted is there" },
      data.get { item = "forwarding", as = "value" },
      whole_or_nothing(512),
    },
  },
  ["data-import"] = {
    before = {
      procedure.activate(),
      data.put { item = "address-book", value = paper },
      data.export { item = "address-book", as = "package" },
      data.delete { item = "address-book" },
    },
    act = data.import { item = "address-book", package = var "package", cut = true },
    after = {
      data.import { item = "address-book", package = var "package" },
      expect.data { item = "address-book", is = paper, text = "The import can be done again" },
    },
  },
  ["document-delete"] = {
    before = { procedure.activate(), document.store { box = 1, value = paper }, document.store { box = 2, value = paper } },
    act = document.delete { box = 1, cut = true },
    after = { expect.document { box = 2, is = paper, text = "The other document is there" } },
  },
  ["job-start"] = {
    before = { procedure.activate(), data.put { item = "address-book", value = paper } },
    act = job.start { kind = "copy", value = plant.text(79, 300), cut = true },
    after = { expect.data { item = "address-book", is = paper, text = "What was stored before is there" } },
  },
  ["job-end"] = {
    before = {
      procedure.activate(),
      data.put { item = "address-book", value = paper },
      job.start { kind = "send", value = plant.text(79, 300), as = "number" },
    },
    act = job.finish { job = var "number", how = "complete", cut = true },
    after = { expect.data { item = "address-book", is = paper, text = "What was stored before is there" } },
  },
}

local names = {}
for name in pairs(operations) do table.insert(names, name) end

-- Where an operation has no nth write to the medium in question, the case is skipped as such.
scenario {
  id = "PWR-02-operations",
  title = "A cut within any operation leaves a unit that starts, with nothing lost that was promised",
  requirements = { "PWR-02" },
  effects = { "consumes-licence", "erases" },
  matrix = { operation = names, op = { "nvram", "write" }, nth = { 1, 2 }, when = { "within", "after" } },
  unit = procedure.small { disk_cut = "chance" },
  steps = function(p)
    local operation = operations[p.operation]
    return {
      operation.before,
      cut.arm { op = p.op, nth = p.nth, when = p.when },
      operation.act,
      cut.disarm {},
      power.off {},
      wait.time { duration = "10 s" },
      power.on {},
      wait.ready { within = "4 h" },
      expect.unit { state = "ready", text = "The unit starts" },
      operation.after,
    }
  end,
}

-- A key is a few atomic units among the many that are written when a new one is made: the cut goes through them all, by
-- steps that no record of 64 bytes slips through.
local function key_cuts()
  local cuts = {}
  for _, first in ipairs { "yes", "no" } do
    for nth = 1, 101, 4 do table.insert(cuts, { op = "nvram", nth = nth, when = "within", first = first }) end
    for _, op in ipairs { "write", "flush" } do
      for nth = 1, 3 do
        table.insert(cuts, { op = op, nth = nth, when = "within", first = first })
        table.insert(cuts, { op = op, nth = nth, when = "after", first = first })
      end
    end
  end
  return cuts
end

scenario {
  id = "PWR-06",
  title = "A cut during the generation of a key leaves exactly one consistent key or none",
  requirements = { "PWR-06", "PWR-02" },
  effects = { "consumes-licence", "erases" },
  matrix = key_cuts(),
  unit = procedure.small(),
  steps = function(p)
    local begin = p.first == "yes" and {
      procedure.start(),
      procedure.register(),
      procedure.shutdown(),
      cut.arm { op = p.op, nth = p.nth, when = p.when },
      power.on {},
    } or {
      procedure.activate(),
      data.put { item = "address-book", value = paper },
      cut.arm { op = p.op, nth = p.nth, when = p.when },
      key.regenerate { cut = true },
    }
    return {
      begin,
      procedure.after_possible_cut(),
      wait.ready { within = "4 h" },
      expect.licence { is = "active" },
      encryption.get { as = "first" },
      expect.number { value = var "first_active", is = 1 },
      expect.number { value = var "first_generation", at_least = 1 },
      read.disk_mark { as = "mark" },
      data.put { item = "settings", value = paper },
      expect.data { item = "settings", is = paper },
      expect.decrypts { value = paper, since = "mark" },
      procedure.restart(),
      encryption.get { as = "second" },
      expect.same { a = "first_generation", b = "second_generation", text = "It is the same key at the next start" },
      expect.data { item = "settings", is = paper, text = "It still reads what it wrote" },
    }
  end,
}
