-- SPDX-License-Identifier: Apache-2.0
-- What happens while an erase is under way: user operations are refused, the panel tells the truth.
local procedure = use "procedures"

scenario {
  id = "ERA-12",
  title = "User operations are refused while the disk is erased, and do nothing to it",
  requirements = { "ERA-12" },
  effects = { "consumes-licence", "erases" },
  matrix = { mode = { 1, 3 } },
  unit = { disk_mb = 64 },
  steps = function(p) return {
    procedure.activate_in_mode(p.mode),
    procedure.begin_erase(),
    wait.progress { percent = 30 },
    data.put { item = "address-book", value = "Ann", answer = "not-ready" },
    data.get { item = "address-book", answer = "not-ready" },
    document.store { box = 1, value = "a document", answer = "not-ready" },
    document.read { box = 1, answer = "not-ready" },
    job.start { kind = "print", value = "a document", answer = "not-ready" },
    delivery.receive { package = "00", answer = "not-ready" },
    password.set { which = "user-inbox", value = "1234", answer = "not-ready" },
    login.select { service = "sdl", answer = "not-ready" },
    key.regenerate { answer = "not-ready" },
    panel.register { key = var "key", answer = "refused" },
    expect.unit { state = "erasing" },
    wait.ready {},
    procedure.erased(p.mode, { "ERA-12" }),
    expect.data { item = "address-book", is = "" },
  } end,
}

scenario {
  id = "MSG-01",
  title = "The erasing message is shown while data are erased at start-up, also when the erase is resumed",
  requirements = { "MSG-01", "MSG-05" },
  effects = { "consumes-licence", "erases" },
  matrix = { host = { "iR2270", "iR105i" } },
  unit = function(p) return { host = p.host, disk_mb = 64 } end,
  steps = {
    procedure.start(),
    procedure.register(),
    procedure.restart_to_erase(),
    expect.panel { is = message.erasing, requirements = { "MSG-01" } },
    wait.progress { percent = 50 },
    expect.panel { is = message.erasing, requirements = { "MSG-01" }, text = "The erasing message half-way" },
    procedure.cut_erase(),
    wait.state { state = "erasing", within = "1 min" },
    expect.panel { is = message.erasing, requirements = { "MSG-01", "MSG-05" }, text = "The erasing message when the erase is resumed" },
    wait.ready {},
    expect.panel { lacks = message.erasing, requirements = { "MSG-01", "MSG-05" } },
  },
}

scenario {
  id = "MSG-04",
  title = "Progress goes forward, up to 100 %, and 100 % only when done",
  requirements = { "MSG-04" },
  effects = { "consumes-licence", "erases" },
  matrix = { mode = { 1, 2, 3 } },
  unit = { disk_mb = 64 },
  steps = function(p)
    local steps = { procedure.activate_in_mode(p.mode), procedure.begin_erase() }
    for _, percent in ipairs { 10, 25, 50, 75 } do
      table.insert(steps, {
        wait.progress { percent = percent },
        expect.unit { state = "erasing" },
        erase.report { as = "report" },
        expect.text { value = var "report_outcome", is = "pending", text = "At " .. percent .. " % the report says that it is not over" },
      })
    end
    table.insert(steps, { wait.ready {}, procedure.erased(p.mode, { "MSG-04" }) })
    return steps
  end,
}
