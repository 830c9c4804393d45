-- SPDX-License-Identifier: Apache-2.0
-- The data encryption key: where it comes from, that it differs, that the old one is gone (iR2270 service manual;
-- HCD supporting document, FCS_CKM.4). The keys themselves are never recorded: they are counted, and looked for.
local plant = use "plant"
local procedure = use "procedures"

local ciphers = { "3des-cbc", "aes-256-xts" }
local function small(p) return procedure.small { cipher = p.cipher } end

scenario {
  id = "KEY-01",
  title = "The encryption key is generated in the unit at the first start",
  requirements = { "KEY-01" },
  effects = { "consumes-licence", "erases" },
  matrix = { cipher = ciphers },
  unit = small,
  steps = {
    procedure.start(),
    procedure.register(),
    procedure.shutdown(),
    read.keys { as = "before" },
    power.on {},
    wait.ready {},
    expect.console { contains = "key generated" },
    encryption.get { as = "encryption" },
    expect.number { value = var "encryption_active", is = 1 },
    expect.number { value = var "encryption_generation", is = 1 },
    data.put { item = "address-book", value = plant.text(50, 300) },
    read.keys { as = "after" },
    expect.that {
      text = "A key came into use that was not there before",
      check = function(v) return v.after > v.before, v.before .. " keys before, " .. v.after .. " after" end,
    },
    procedure.restart(),
    expect.console { lacks = "key generated", text = "No other key is generated at the next start" },
    encryption.get { as = "encryption" },
    expect.number { value = var "encryption_generation", is = 1 },
    expect.data { item = "address-book", is = plant.text(50, 300) },
    read.keys { as = "before" },
    procedure.shutdown(),
    unit.swap { to = 1 },
    procedure.start(),
    licence.issue { serial = "XYZ98765", as = "other_key" },
    panel.register { key = var "other_key" },
    procedure.restart(),
    data.put { item = "address-book", value = plant.text(50, 300) },
    read.keys { as = "after" },
    expect.that {
      text = "Another unit's key is another one: neither came with the firmware",
      check = function(v) return v.after > v.before, v.before .. " keys before, " .. v.after .. " after" end,
    },
  },
}

-- Counts the keys in use so far, once data were written with the newest.
local function count(name)
  return { data.put { item = "address-book", value = plant.text(51, 300) }, read.keys { as = name } }
end

local function grew(from, to, text)
  return expect.that {
    text = text,
    check = function(v) return v[to] > v[from], v[from] .. " keys before, " .. v[to] .. " after" end,
  }
end

scenario {
  id = "KEY-02",
  title = "Keys differ between generations and between units",
  requirements = { "KEY-02" },
  effects = { "consumes-licence", "erases" },
  matrix = { cipher = ciphers },
  unit = small,
  steps = {
    procedure.activate(),
    count "first",
    procedure.erase_all(),
    encryption.get { as = "encryption" },
    expect.number { value = var "encryption_generation", is = 2 },
    count "second",
    grew("first", "second", "The second generation is another key"),
    procedure.erase_all(),
    count "third",
    grew("second", "third", "The third generation is another key"),
    procedure.shutdown(),
    unit.swap { to = 1 },
    procedure.start(),
    licence.issue { serial = "XYZ98765", as = "other_key" },
    panel.register { key = var "other_key" },
    expect.outcome { is = "accepted", requirements = { "LIC-01" } },
    procedure.restart(),
    count "other",
    grew("third", "other", "The other unit's key is another one"),
  },
}

-- Every wire and panel is watched by a monitor; here is what a unit has occasion to say.
scenario {
  id = "KEY-06",
  title = "The key appears on no wire, panel, disk or report",
  requirements = { "KEY-06" },
  effects = { "consumes-licence", "erases", "irreversible" },
  matrix = { cipher = ciphers, licence = { "stays", "leaves" } },
  unit = small,
  steps = function(p) return {
    procedure.activate(),
    data.put { item = "address-book", value = plant.text(52, 400) },
    data.export { item = "address-book", as = "package" },
    delivery.send { as = "delivery" },
    encryption.get { as = "encryption" },
    erase.report { as = "report" },
    licence.history { as = "history" },
    log.read { from = 0, as = "log" },
    panel.press { key = "counter" },
    read.configuration { as = "options" },
    procedure.erase_all(),
    data.put { item = "address-book", value = plant.text(53, 400) },
    procedure.restart(),
    p.licence == "leaves" and { procedure.invalidate(), expect.licence { is = "none", requirements = { "LIC-08" } } } or expect.licence { is = "active" },
  } end,
}

scenario {
  id = "KEY-07",
  title = "After re-generation or invalidation the old key is found nowhere",
  requirements = { "KEY-07" },
  effects = { "consumes-licence", "erases", "irreversible" },
  matrix = { cipher = ciphers, by = { "re-generation", "invalidation" } },
  unit = small,
  steps = function(p) return {
    procedure.start(),
    procedure.register(),
    procedure.shutdown(),
    read.keys { as = "before" },
    power.on {},
    wait.ready {},
    data.put { item = "address-book", value = plant.text(54, 400) },
    read.keys { as = "old" },
    p.by == "re-generation" and procedure.erase_all() or procedure.invalidate(),
    procedure.shutdown(),
    expect.keys_gone { after = "before", before = "old" },
  } end,
}

-- A new key is made of random numbers, and then written to the NVRAM; the disk is erased before or after. Where there is
-- no nth such operation, the case is skipped as such.
local function key_cuts()
  local cuts = {}
  for _, when in ipairs { "within", "after" } do
    for _, nth in ipairs { 1, 2, 5, 9 } do table.insert(cuts, { op = "nvram", past = "random", nth = nth, when = when }) end
    for nth = 1, 2 do table.insert(cuts, { op = "write", past = "none", nth = nth, when = when }) end
  end
  table.insert(cuts, { op = "random", past = "none", nth = 1, when = "after" })
  return cuts
end

scenario {
  id = "KEY-07-cut",
  title = "A cut during the re-generation leaves the old key nowhere in the end",
  requirements = { "KEY-07", "PWR-06" },
  effects = { "consumes-licence", "erases" },
  matrix = key_cuts(),
  unit = procedure.small(),
  steps = function(p) return {
    procedure.start(),
    procedure.register(),
    procedure.shutdown(),
    read.keys { as = "before" },
    power.on {},
    wait.ready {},
    data.put { item = "address-book", value = plant.text(55, 400) },
    read.keys { as = "old" },
    cut.arm { op = p.op, nth = p.nth, when = p.when, past = p.past ~= "none" and p.past or nil },
    key.regenerate { cut = true },
    procedure.after_cut(),
    wait.ready {},
    procedure.erase_all(),
    procedure.shutdown(),
    expect.keys_gone { after = "before", before = "old" },
  } end,
}

scenario {
  id = "KEY-08",
  title = "Encryption cannot be switched off while the kit is licensed",
  requirements = { "KEY-08" },
  effects = { "consumes-licence", "erases" },
  matrix = { service = { "yes", "no" } },
  unit = procedure.small(),
  steps = function(p) return {
    procedure.activate(),
    p.service == "yes" and service.enter {} or {},
    encryption.set { active = 0, answer = "denied" },
    encryption.get { as = "encryption" },
    expect.number { value = var "encryption_active", is = 1 },
    read.disk_mark { as = "mark" },
    data.put { item = "address-book", value = plant.text(56, 400) },
    expect.decrypts { value = plant.text(56, 400), since = "mark" },
    procedure.restart(),
    encryption.get { as = "encryption" },
    expect.number { value = var "encryption_active", is = 1, text = "Nor is it off after the next start" },
  } end,
}
