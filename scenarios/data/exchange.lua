-- SPDX-License-Identifier: Apache-2.0
-- Device information delivery between two units, and MEAP applications: installation procedure 1.3.1.
local plant = use "plant"
local procedure = use "procedures"

local delivered = { "settings", "department-ids", "address-book", "forwarding" }

scenario {
  id = "DAT-11",
  title = "Device information delivery carries settings, department IDs and address book from a master to its slaves",
  requirements = { "DAT-11" },
  effects = { "consumes-licence", "erases" },
  matrix = { slave = { "without kit", "with kit" }, length = { 40, 200 } },
  unit = procedure.small(),
  steps = function(p)
    local steps = { procedure.start() }
    for i, item in ipairs(delivered) do
      table.insert(steps, data.put { item = item, value = plant.text(70 + i, p.length) })
    end
    table.insert(steps, {
      data.put { item = "mode-memory", value = plant.text(76, p.length) },
      delivery.send { as = "package" },
      procedure.shutdown(),
      unit.swap { to = 1 },
      procedure.start(),
    })
    if p.slave == "with kit" then
      table.insert(steps, {
        licence.issue { serial = "XYZ98765", as = "other_key" },
        panel.register { key = var "other_key" },
        expect.outcome { is = "accepted", requirements = { "LIC-01" } },
        procedure.restart(),
      })
    end
    table.insert(steps, {
      expect.data { item = "address-book", is = "", text = "The slave holds nothing yet" },
      delivery.receive { package = var "package" },
    })
    for i, item in ipairs(delivered) do
      table.insert(steps, expect.data { item = item, is = plant.text(70 + i, p.length) })
    end
    table.insert(steps, {
      expect.data { item = "mode-memory", is = "", text = "What is not delivered is not there" },
      procedure.restart(),
      expect.data { item = "address-book", is = plant.text(73, p.length), text = "It is there after one more start" },
    })
    return steps
  end,
}

scenario {
  id = "DAT-11-damaged",
  title = "A damaged delivery is refused and changes nothing",
  requirements = { "DAT-11" },
  effects = { "erases" },
  unit = procedure.small(),
  steps = {
    procedure.start(),
    data.put { item = "settings", value = plant.text(75, 90) },
    delivery.receive { package = "00", answer = "bad-payload" },
    delivery.receive { package = "", answer = "bad-payload" },
    expect.data { item = "settings", is = plant.text(75, 90) },
  },
}

scenario {
  id = "DAT-12",
  title = "MEAP applications: licence disabled, its file downloaded, uninstalled; reinstalled with the file",
  requirements = { "DAT-12" },
  effects = { "consumes-licence", "erases" },
  matrix = { between = { "nothing", "activation" } },
  unit = procedure.small(),
  steps = function(p) return {
    procedure.start(),
    data.put { item = "meap-applications", value = plant.text(80, 200) },
    data.put { item = "meap-licences", value = plant.text(81, 100) },
    meap.download { answer = "denied", text = "The licence file cannot be had while the licence is enabled" },
    meap.disable {},
    meap.uninstall { answer = "denied", text = "Not uninstalled before the licence file was downloaded" },
    meap.download { as = "file" },
    meap.uninstall {},
    expect.data { item = "meap-applications", is = "", text = "The applications are gone" },
    p.between == "activation" and { procedure.register(), procedure.restart() } or {},
    meap.install { package = "0011223344", answer = "denied", text = "Not installed with another file" },
    meap.install { package = var "file" },
    data.get { item = "meap-applications", as = "applications" },
    expect.text { value = var "applications", is_not = "", text = "The applications are there again" },
  } end,
}
