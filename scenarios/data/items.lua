-- SPDX-License-Identifier: Apache-2.0
-- The table of 1.1.1: when user data are erased, and what of them comes back from a backup.
local plant = use "plant"
local procedure = use "procedures"

local function small(p) return procedure.small { host = p.host } end
local hosts = { "iR2270", "iR105i", "iRC6870" }

scenario {
  id = "DAT-01",
  title = "Registration and restart erase every item of the table",
  requirements = { "DAT-01", "DAT-09", "DAT-06" },
  effects = { "consumes-licence", "erases" },
  matrix = { host = hosts },
  unit = small,
  steps = {
    procedure.start(),
    plant.everything(100),
    plant.is_there(100, { "DAT-01" }),
    procedure.register(),
    plant.is_there(100, { "DAT-01" }),
    procedure.restart(),
    plant.is_gone { "DAT-01", "DAT-06", "DAT-09" },
    expect.not_on_disk { value = "WIPERIG-PLANTED-", requirements = { "DAT-01", "DAT-06" } },
  },
}

scenario {
  id = "DAT-02",
  title = "Re-generation of the data encryption key erases every item",
  requirements = { "DAT-02", "DAT-09", "DAT-06" },
  effects = { "consumes-licence", "erases" },
  matrix = { host = hosts },
  unit = small,
  steps = {
    procedure.activate(),
    plant.everything(130),
    plant.is_there(130, { "DAT-02" }),
    procedure.erase_all(),
    plant.is_gone { "DAT-02", "DAT-06", "DAT-09" },
    procedure.restart(),
    plant.is_gone { "DAT-02", "DAT-06", "DAT-09" },
  },
}

scenario {
  id = "DAT-03",
  title = "Invalidation erases every item",
  requirements = { "DAT-03", "DAT-09", "DAT-06" },
  effects = { "consumes-licence", "erases", "irreversible" },
  matrix = { host = hosts },
  unit = small,
  steps = {
    procedure.activate(),
    plant.everything(160),
    plant.is_there(160, { "DAT-03" }),
    procedure.invalidate(),
    plant.is_gone { "DAT-03", "DAT-06", "DAT-09" },
    procedure.restart(),
    plant.is_gone { "DAT-03", "DAT-06", "DAT-09" },
  },
}

local texts = { short = plant.text(190, 1), usual = plant.text(191, 100), longest = plant.text(192, 512) }
local lengths = {}
for name in pairs(texts) do table.insert(lengths, name) end

scenario {
  id = "DAT-05",
  title = "Each item with a backup comes back equal after export, erase, import",
  requirements = { "DAT-05" },
  effects = { "consumes-licence", "erases" },
  matrix = { item = plant.with_backup(), length = lengths },
  unit = procedure.small(),
  steps = function(p)
    local text = texts[p.length]
    return {
      procedure.start(),
      data.put { item = p.item, value = text },
      data.export { item = p.item, as = "package" },
      procedure.register(),
      procedure.restart(),
      expect.data { item = p.item, is = "" },
      data.import { item = p.item, package = var "package" },
      expect.data { item = p.item, is = text },
      data.export { item = p.item, as = "second" },
      procedure.erase_all(),
      expect.data { item = p.item, is = "" },
      data.import { item = p.item, package = var "second" },
      expect.data { item = p.item, is = text },
      procedure.restart(),
      expect.data { item = p.item, is = text, text = "It is there after one more start" },
    }
  end,
}

scenario {
  id = "DAT-05-wrong-package",
  title = "A damaged package, or another item's, is refused and changes nothing",
  requirements = { "DAT-05" },
  effects = { "consumes-licence", "erases" },
  unit = procedure.small(),
  steps = {
    procedure.start(),
    data.put { item = "address-book", value = texts.usual },
    data.put { item = "settings", value = texts.longest },
    data.export { item = "settings", as = "package" },
    data.import { item = "address-book", package = var "package", answer = "bad-payload" },
    data.import { item = "address-book", package = "00", answer = "bad-payload" },
    data.import { item = "address-book", package = "", answer = "bad-payload" },
    expect.data { item = "address-book", is = texts.usual },
    data.import { item = "settings", package = var "package", answer = "ok" },
    expect.data { item = "settings", is = texts.longest },
  },
}

scenario {
  id = "DAT-06",
  title = "An item without a backup can be neither exported nor imported, and is listed as such",
  requirements = { "DAT-06" },
  effects = { "consumes-licence", "erases" },
  matrix = { item = plant.without_backup() },
  unit = procedure.small(),
  steps = function(p) return {
    procedure.start(),
    plant.everything(200),
    data.info { as = "info" },
    expect.number { value = var "info_backup", is = 0x7f, text = "The first seven items, and no other, have a backup" },
    data.export { item = p.item, answer = "denied" },
    data.export { item = "settings", as = "package" },
    data.import { item = p.item, package = var "package", answer = "denied" },
    procedure.register(),
    procedure.restart(),
    expect.data { item = p.item, is = p.item == "meap-sms-password" and var "sms_default" or "" },
    data.import { item = p.item, package = var "package", answer = "denied" },
    expect.data { item = p.item, is = p.item == "meap-sms-password" and var "sms_default" or "" },
  } end,
}
