-- SPDX-License-Identifier: Apache-2.0
-- Residual data: of deleted documents, of jobs that ended, of a System Manager's request, of competing operations
-- (CR36, certification practice). Where a document lies is found with the unit's own key; then it must be overwritten.
local plant = use "plant"
local procedure = use "procedures"

local paper = plant.text(110, 512)

scenario {
  id = "DAT-13",
  title = "Deleting a document from an inbox overwrites its area",
  requirements = { "DAT-13" },
  effects = { "consumes-licence", "erases" },
  matrix = { box = { 0, 7 }, mode = { 1, 2, 3 } },
  unit = procedure.small(),
  steps = function(p) return {
    procedure.activate_in_mode(p.mode),
    read.disk_mark { as = "mark" },
    document.store { box = p.box, value = paper },
    expect.document { box = p.box, is = paper },
    read.stored { value = paper, since = "mark", as = "place" },
    document.delete { box = p.box },
    expect.document { box = p.box, is = "" },
    expect.overwritten { place = "place", is = p.mode == 1 and "any" or "random" },
  } end,
}

scenario {
  id = "DAT-13-data",
  title = "Deleting or replacing a data item overwrites its area",
  requirements = { "DAT-13" },
  effects = { "consumes-licence", "erases" },
  unit = procedure.small(),
  steps = {
    procedure.activate(),
    read.disk_mark { as = "mark" },
    data.put { item = "address-book", value = paper },
    read.stored { value = paper, since = "mark", as = "place" },
    data.delete { item = "address-book" },
    expect.data { item = "address-book", is = "" },
    expect.overwritten { place = "place" },
  },
}

scenario {
  id = "DAT-14",
  title = "The end of a job, completed or cancelled, overwrites its temporary data",
  requirements = { "DAT-14" },
  effects = { "consumes-licence", "erases" },
  matrix = { kind = { "copy", "print", "fax-reception", "send" }, how = { "complete", "cancel" } },
  unit = procedure.small(),
  steps = function(p) return {
    procedure.activate(),
    read.disk_mark { as = "mark" },
    job.start { kind = p.kind, value = paper, as = "number" },
    read.stored { value = paper, since = "mark", as = "place" },
    job.finish { job = var "number", how = p.how },
    expect.overwritten { place = "place" },
    procedure.shutdown(),
    expect.overwritten { place = "place", text = "It is overwritten on the medium, with the power off" },
  } end,
}

scenario {
  id = "DAT-14-several",
  title = "Of several jobs each one's data are overwritten as it ends, not the others'",
  requirements = { "DAT-14" },
  effects = { "consumes-licence", "erases" },
  unit = procedure.small(),
  steps = {
    procedure.activate(),
    read.disk_mark { as = "mark" },
    job.start { kind = "copy", value = plant.text(111, 500), as = "first" },
    job.start { kind = "send", value = plant.text(112, 500), as = "second" },
    job.start { kind = "print", value = plant.text(113, 500), as = "third" },
    job.start { kind = "fax-reception", value = plant.text(114, 500), as = "fourth" },
    job.start { kind = "copy", value = plant.text(115, 500), answer = "denied" },
    read.stored { value = plant.text(111, 500), since = "mark", as = "first_place" },
    read.stored { value = plant.text(113, 500), since = "mark", as = "third_place" },
    job.finish { job = var "third", how = "complete" },
    expect.overwritten { place = "third_place" },
    read.stored { value = plant.text(111, 500), since = "mark", as = "first_again" },
    expect.same { a = "first_place", b = "first_again", text = "The first job's data are where they were" },
    job.finish { job = var "first", how = "cancel" },
    expect.overwritten { place = "first_place" },
    job.finish { job = var "second", how = "complete" },
    job.finish { job = var "fourth", how = "complete" },
    expect.overwritten { place = "third_place" },
  },
}

scenario {
  id = "DAT-15",
  title = "A System Manager's request erases residual data",
  requirements = { "DAT-15" },
  effects = { "consumes-licence", "erases" },
  matrix = { password = { "set", "none" } },
  unit = procedure.small(),
  steps = function(p) return {
    procedure.activate(),
    p.password == "set" and password.set { which = "system-manager", value = "4711" } or {},
    read.disk_mark { as = "mark" },
    job.start { kind = "print", value = paper, as = "number" },
    read.stored { value = paper, since = "mark", as = "place" },
    data.put { item = "address-book", value = plant.text(116, 300) },
    p.password == "set" and erase.request { value = "1234", answer = "denied", text = "Not for whoever does not know the System Manager's password" } or {},
    job.finish { job = var "number", how = "cancel" },
    expect.overwritten { place = "place", requirements = { "DAT-14" } },
    -- Residue of no job that the unit knows of: nothing but the request removes it.
    disk.place { disk = var "place_disk", lba = var "place_lba", count = 1, stamp = 117 },
    read.disk_mark { as = "asked" },
    erase.request { value = p.password == "set" and "4711" or "" },
    wait.ready {},
    expect.overwritten { place = "place", since = "asked", text = "Where the job's data were is overwritten at the request" },
    expect.not_on_disk { value = plant.text(117, 32), text = "What was left there is gone" },
    expect.data { item = "address-book", is = plant.text(116, 300), text = "What is not residual is there" },
  } end,
}

scenario {
  id = "DAT-16",
  title = "Operations that compete for one document leave no residue",
  requirements = { "DAT-16" },
  effects = { "consumes-licence", "erases" },
  matrix = { how = { "complete", "cancel" } },
  unit = procedure.small(),
  steps = function(p) return {
    procedure.activate(),
    read.disk_mark { as = "mark" },
    document.store { box = 2, value = paper },
    document.print { box = 2, as = "printing" },
    read.stored { value = paper, since = "mark", as = "place" },
    document.delete { box = 2, answer = "denied" },
    document.store { box = 2, value = plant.text(117, 100), answer = "denied" },
    expect.document { box = 2, is = paper },
    job.finish { job = var "printing", how = p.how },
    document.delete { box = 2 },
    expect.document { box = 2, is = "" },
    expect.overwritten { place = "place" },
  } end,
}
