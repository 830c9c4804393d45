-- SPDX-License-Identifier: Apache-2.0
-- Documented texts, on the way through a whole installation. A full-size disk: scenarios/boot/start.lua.
local hosts = use "hosts"
local procedure = use "procedures"

scenario {
  id = "MSG-02",
  title = "Messages 2 and 3 and the erasing message equal the documented ones",
  requirements = { "MSG-02" },
  effects = { "consumes-licence", "erases" },
  matrix = hosts.matrix,
  unit = function(p) return { host = p.host, region = p.region, disk_mb = 64 } end,
  steps = {
    procedure.start(),
    licence.issue { serial = "XYZ98765", as = "foreign" },
    panel.register { key = var "foreign" },
    expect.panel { is = message.incorrect_key },
    licence.issue { as = "key" },
    panel.register { key = var "key" },
    switch.hold { duration = "3 s" },
    wait.state { state = "shutdown-asked" },
    panel.press { key = "ok" },
    wait.state { state = "may-power-off", within = "1 min" },
    power.cycle {},
    wait.state { state = "erasing", within = "1 min" },
    expect.panel { is = message.erasing, text = "The erasing message at the start of the erase" },
    wait.progress { percent = 50 },
    expect.panel { is = message.erasing, text = "The erasing message half-way" },
    wait.ready {},
    expect.panel { lacks = message.erasing },
    panel.register { key = var "key" },
    expect.panel { is = message.already_enabled },
  },
}
