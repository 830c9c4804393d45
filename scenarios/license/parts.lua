-- SPDX-License-Identifier: Apache-2.0
-- The licence survives the replacement of parts: installation procedure 1.3.2; which parts: iR2270 service manual.
local plant = use "plant"
local procedure = use "procedures"

scenario {
  id = "LIC-07",
  title = "The licence survives the replacement of the disk, the controller board, the counter board",
  requirements = { "LIC-07" },
  effects = { "consumes-licence", "erases" },
  matrix = { part = { "disk", "controller", "counter" } },
  unit = procedure.small(),
  steps = function(p) return {
    procedure.activate(),
    procedure.shutdown(),
    part.replace { which = p.part },
    power.on {},
    wait.ready {},
    expect.licence { is = "active" },
    expect.configuration { lists = procedure.kit },
    procedure.restart(),
    expect.licence { is = "active", text = "The licence is active after one more start" },
    panel.register { key = var "key" },
    expect.outcome { is = "already-enabled" },
  } end,
}

scenario {
  id = "LIC-07-in-turn",
  title = "The licence survives all three parts being replaced, one after the other",
  requirements = { "LIC-07" },
  effects = { "consumes-licence", "erases" },
  unit = procedure.small(),
  steps = function()
    local steps = { procedure.activate() }
    for _, part_name in ipairs { "controller", "disk", "counter" } do
      table.insert(steps, {
        procedure.shutdown(),
        part.replace { which = part_name },
        power.on {},
        wait.ready {},
        expect.licence { is = "active", text = "The licence is active with another " .. part_name },
        procedure.restart(),
      })
    end
    return steps
  end,
}

scenario {
  id = "PRE-05",
  title = "An accessory removed after the activation does not silently switch erasure or encryption off",
  requirements = { "PRE-05" },
  effects = { "consumes-licence", "erases" },
  matrix = { missing = { "bus", "usb-board", "ram" } },
  unit = procedure.small(),
  steps = function(p) return {
    procedure.activate(),
    data.put { item = "address-book", value = plant.text(90, 400) },
    procedure.shutdown(),
    accessory.remove { name = p.missing },
    power.on {},
    wait.ready {},
    expect.licence { is = "active" },
    encryption.get { as = "encryption" },
    expect.number { value = var "encryption_active", is = 1, text = "Data on the disk are still encrypted" },
    expect.data { item = "address-book", is = plant.text(90, 400), text = "What was stored before is there" },
    read.disk_mark { as = "mark" },
    data.put { item = "settings", value = plant.text(91, 400) },
    expect.decrypts { value = plant.text(91, 400), since = "mark" },
    key.regenerate { answer = "ok" },
    wait.ready {},
    erase.report { as = "report" },
    expect.text { value = var "report_outcome", is = "complete", text = "The unit still erases" },
    expect.disk_erased { is = "zero" },
  } end,
}
