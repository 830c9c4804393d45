-- SPDX-License-Identifier: Apache-2.0
-- What a unit does first: the self-test, data still to be erased, and only then its work.
local plant = use "plant"
local procedure = use "procedures"

scenario {
  id = "BOO-01",
  title = "Data still to be erased when the main power went off are erased at start-up",
  requirements = { "BOO-01", "BOO-05" },
  effects = { "consumes-licence", "erases" },
  matrix = { mode = { 1, 2, 3 } },
  unit = { disk_mb = 64 },
  steps = function(p) return {
    procedure.activate_in_mode(p.mode),
    data.put { item = "address-book", value = plant.text(120, 400) },
    procedure.begin_erase(),
    wait.progress { percent = 40 },
    procedure.cut_erase(),
    wait.state { state = "erasing", within = "1 min" },
    data.put { item = "settings", value = "too early", answer = "not-ready", requirements = { "BOO-05" } },
    job.start { kind = "copy", value = "too early", answer = "not-ready", requirements = { "BOO-05" } },
    wait.ready {},
    procedure.erased(p.mode, { "BOO-01" }),
  } end,
}

scenario {
  id = "BOO-05",
  title = "What jobs left behind at a power cut is erased before the unit serves anyone",
  requirements = { "BOO-05" },
  effects = { "consumes-licence", "erases" },
  matrix = { kind = { "copy", "print", "fax-reception", "send" }, fate = { "keep", "lose" } },
  unit = procedure.small(),
  steps = function(p) return {
    procedure.activate(),
    read.disk_mark { as = "mark" },
    job.start { kind = p.kind, value = plant.text(121, 512) },
    read.stored { value = plant.text(121, 512), since = "mark", as = "place" },
    data.put { item = "address-book", value = plant.text(122, 100) },
    cut.fate { how = p.fate },
    procedure.fail_power(),
    wait.ready {},
    expect.overwritten { place = "place" },
    expect.data { item = "address-book", is = plant.text(122, 100), text = "What is not residual is there" },
  } end,
}

scenario {
  id = "BOO-02",
  title = "The first restart may take 30 minutes and more without the rig or the unit giving up",
  requirements = { "BOO-02" },
  effects = { "consumes-licence", "erases" },
  unit = { disk_mb = 40000 }, -- NULL, which costs the model no memory, whoever writes it
  steps = {
    procedure.start(),
    procedure.register(),
    procedure.restart_to_erase(),
    wait.time { duration = "29 min" },
    expect.unit { state = "erasing", requirements = { "BOO-02" }, text = "It still erases after 29 minutes" },
    expect.panel { is = message.erasing, requirements = { "MSG-01" } },
    wait.ready { within = "4 h" },
    expect.licence { is = "active", requirements = { "BOO-02" } },
    erase.report { as = "report" },
    expect.that {
      text = "The erase took half an hour at least",
      requirements = { "BOO-02" },
      check = function(v) return v.report_ended - v.report_began >= 1700, (v.report_ended - v.report_began) .. " s" end,
    },
  },
}

scenario {
  id = "BOO-03",
  title = "A cryptographic self-test precedes the first use of the disk",
  requirements = { "BOO-03" },
  effects = { "consumes-licence", "erases" },
  matrix = { cipher = { "3des-cbc", "aes-256-xts" } },
  unit = function(p) return procedure.small { cipher = p.cipher } end,
  steps = {
    procedure.activate(),
    data.put { item = "address-book", value = plant.text(123, 100) },
    procedure.shutdown(),
    read.disk_mark { as = "mark" },
    power.on {},
    wait.ready {},
    expect.console { contains = "self-test passed" },
    expect.data { item = "address-book", is = plant.text(123, 100) },
    selftest.get { as = "test" },
    expect.text { value = var "test_result", is = "passed" },
    expect.first_request { since = "mark", not_before_ms = var "test_at_ms" },
  },
}

scenario {
  id = "BOO-03-corrupted",
  title = "A corrupted element of the cipher stops the unit before it uses the disk",
  requirements = { "BOO-03" },
  effects = { "consumes-licence", "erases" },
  matrix = { cipher = { "3des-cbc", "aes-256-xts" } },
  unit = function(p) return procedure.small { cipher = p.cipher } end,
  steps = function(p) return {
    procedure.activate(),
    read.panel { as = "usual" },
    procedure.shutdown(),
    cipher.spoil { element = p.cipher == "3des-cbc" and "3des" or "aes" },
    read.disk_mark { as = "mark" },
    power.on {},
    expect.unit { state = "failed", within = "1 min" },
    selftest.get { as = "test" },
    expect.text { value = var "test_result", is = "failed" },
    expect.console { contains = "self-test failed" },
    data.put { item = "address-book", value = plant.text(124, 100), answer = "not-ready" },
    wait.time { duration = "5 min" },
    read.panel { as = "failure" },
    expect.differ { a = "usual", b = "failure", text = "The panel does not show what it shows when all is well" },
    expect.no_requests { since = "mark" },
    cipher.spoil { element = "none" },
    procedure.fail_power(),
    wait.ready {},
    expect.licence { is = "active", text = "Mended, the unit starts" },
  } end,
}
