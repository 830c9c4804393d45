-- SPDX-License-Identifier: Apache-2.0
-- How long the modes take: "a higher mode is slower" (installation procedure 1.3.3(1)). The times are measured on the
-- slot's clock, with their uncertainty, and projected to a disk of 40 GB.
local procedure = use "procedures"

local target_sectors = 78125000 -- 40 GB

-- One erase in a mode; its time comes in the variable NAME.
local function measured(mode, name, text)
  return {
    expect.erase_mode { is = mode, requirements = { "ERA-06" } },
    key.regenerate {},
    measure.erase_time { name = text, as = name, within = "24 h" },
    erase.report { as = "report" },
    expect.text { value = var "report_outcome", is = "complete", requirements = { "ERA-06" } },
    expect.number { value = var "report_mode", is = mode, requirements = { "ERA-06" } },
  }
end

local passes = { 1, 1, 3 }

local function benchmark(id, sectors, pattern)
  scenario {
    id = id,
    title = string.format("Times and rates of the three modes on a disk of %d sectors", sectors),
    requirements = { "ERA-06" },
    effects = { "consumes-licence", "erases" },
    unit = { disk_sectors = sectors, pattern = pattern },
    steps = function()
      local steps = { procedure.activate() }
      for mode = 1, 3 do
        local name = "t" .. mode
        table.insert(steps, {
          mode == 1 and {} or procedure.set("erase-mode", mode),
          measured(mode, name, string.format("mode %d, %d sectors", mode, sectors)),
          measure.rate { name = string.format("rate of mode %d, %d sectors", mode, sectors), time = name, sectors = sectors * passes[mode] },
        })
      end
      table.insert(steps, {
        expect.ratio { name = "mode 2 / mode 1", a = "t2", b = "t1", at_least = "1", text = "Mode 2 is not faster than mode 1" },
        expect.ratio { name = "mode 3 / mode 2", a = "t3", b = "t2", at_least = "2.5", text = "Mode 3 takes at least 2.5 times as long as mode 2" },
      })
      return steps
    end,
  }
end

benchmark("ERA-06-8MB", 16384, false)
benchmark("ERA-06-32MB", 65536, false)
benchmark("ERA-06-64MB", 125000, false)
benchmark("ERA-06-1GB", 2000000, true)
benchmark("ERA-06", 8000000, true)

-- Two units with disks of two sizes give what an erase costs beside its size, too.
scenario {
  id = "ERA-06-projection",
  title = "The times of two erases, of one pass and of three, projected to a disk of 40 GB",
  requirements = { "ERA-06" },
  effects = { "consumes-licence", "erases" },
  matrix = { mode = { 2 } },
  unit = { disk_sectors = 65536 },
  steps = function(p) return {
    procedure.activate_in_mode(p.mode),
    measured(p.mode, "one", "mode 2, 65536 sectors"),
    procedure.set("erase-mode", 3),
    measured(3, "three", "mode 3, 65536 sectors"),
    measure.projection { name = "mode 2, one pass over 40 GB", small = "one", small_sectors = 65536, large = "three", large_sectors = 3 * 65536, sectors = target_sectors },
    measure.projection { name = "mode 3, three passes over 40 GB", small = "one", small_sectors = 65536, large = "three", large_sectors = 3 * 65536, sectors = 3 * target_sectors },
    expect.ratio { name = "mode 3 / mode 2", a = "three", b = "one", at_least = "2.5" },
  } end,
}
