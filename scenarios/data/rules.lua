-- SPDX-License-Identifier: Apache-2.0
-- Passwords, login service, SMS password, the person's duties: installation procedure 1.1.1 and 1.3.1. Where its
-- editions disagree, the unit says which one it follows, and both are held against it.
local plant = use "plant"
local procedure = use "procedures"

local inbox_passwords = { "user-inbox", "confidential-fax", "memory-rx" }

local function set_passwords()
  local steps = {}
  for _, which in ipairs(inbox_passwords) do
    table.insert(steps, {
      password.set { which = which, value = "7" .. #which .. "42" },
      password.check { which = which, value = "7" .. #which .. "42", as = "matches" },
      expect.number { value = var "matches", is = 1, requirements = { "DAT-07" }, text = "The password \"" .. which .. "\" is set" },
    })
  end
  return steps
end

local function passwords_gone()
  local steps = {}
  for _, which in ipairs(inbox_passwords) do
    table.insert(steps, {
      password.check { which = which, value = "7" .. #which .. "42", as = "matches" },
      expect.number { value = var "matches", is = 0, requirements = { "DAT-07" }, text = "The password \"" .. which .. "\" is erased" },
    })
  end
  return steps
end

scenario {
  id = "DAT-07",
  title = "Passwords of inboxes are erased when the edition says: on disabling (English), on registration (French)",
  requirements = { "DAT-07" },
  effects = { "consumes-licence", "erases", "irreversible" },
  matrix = { edition = { "en", "fr" } },
  unit = function(p) return procedure.small { edition = p.edition } end,
  steps = function(p)
    if p.edition == "fr" then
      return { procedure.start(), set_passwords(), procedure.register(), procedure.restart(), passwords_gone() }
    end
    return { procedure.activate(), set_passwords(), procedure.invalidate(), passwords_gone(), procedure.restart(), passwords_gone() }
  end,
}

scenario {
  id = "DAT-08",
  title = "The login service must be selected again when the edition says: after disabling (English), around registration (French)",
  requirements = { "DAT-08" },
  effects = { "consumes-licence", "erases", "irreversible" },
  matrix = { edition = { "en", "fr" }, service = { "sdl", "sso" } },
  unit = function(p) return procedure.small { edition = p.edition } end,
  steps = function(p)
    local selected = {
      login.select { service = p.service },
      login.get { as = "login" },
      expect.text { value = var "login", is = p.service, text = "The login service is selected" },
    }
    local again = {
      login.get { as = "login" },
      expect.text { value = var "login", is = "not-selected", text = "No login service is selected" },
      selected,
    }
    if p.edition == "fr" then
      return { procedure.start(), selected, procedure.register(), procedure.restart(), again }
    end
    return { procedure.activate(), selected, procedure.invalidate(), procedure.restart(), again }
  end,
}

scenario {
  id = "DAT-09",
  title = "The MEAP SMS password returns to its default",
  requirements = { "DAT-09" },
  effects = { "consumes-licence", "erases", "irreversible" },
  matrix = { by = { "registration", "re-generation", "invalidation" } },
  unit = procedure.small(),
  steps = function(p)
    local change = {
      data.get { item = "meap-sms-password", as = "default" },
      data.put { item = "meap-sms-password", value = "a password of one's own" },
      expect.data { item = "meap-sms-password", is = "a password of one's own" },
    }
    local back = expect.data { item = "meap-sms-password", is = var "default", text = "The SMS password is the default" }
    if p.by == "registration" then
      return { procedure.start(), change, procedure.register(), procedure.restart(), back }
    end
    return { procedure.activate(), change, p.by == "re-generation" and procedure.erase_all() or procedure.invalidate(), back }
  end,
}

scenario {
  id = "DAT-04",
  title = "The operator confirms that data will be lost before the rig lets the unit erase them",
  requirements = { "DAT-04" },
  effects = { "consumes-licence", "erases" },
  unit = procedure.small(),
  steps = {
    procedure.start(),
    operator.confirm { warning = "Registering the licence erases every data item of the unit; without a backup they are lost." },
    procedure.register(),
    expect.confirmed {},
    procedure.restart(),
    procedure.erase_all(),
    expect.confirmed {},
  },
}

scenario {
  id = "DAT-10",
  title = "An SST backup of MEAP is never restored across the kit's activation; the attempt is reported",
  requirements = { "DAT-10" },
  effects = { "consumes-licence", "erases", "irreversible" },
  matrix = { item = { "meap-applications", "meap-licences", "meap-data" } },
  unit = procedure.small(),
  steps = function(p) return {
    procedure.start(),
    data.put { item = p.item, value = plant.text(60, 200) },
    sst.backup { item = p.item, as = "before" },
    sst.restore { item = p.item, backup = var "before", answer = "ok" },
    procedure.register(),
    procedure.restart(),
    sst.restore { item = p.item, backup = var "before", answer = "refused" },
    expect.data { item = p.item, is = "", text = "Nothing was restored" },
    data.put { item = p.item, value = plant.text(61, 200) },
    sst.backup { item = p.item, as = "after" },
    sst.restore { item = p.item, backup = var "after", answer = "ok" },
    expect.data { item = p.item, is = plant.text(61, 200) },
    procedure.invalidate(),
    sst.restore { item = p.item, backup = var "after", answer = "refused" },
    expect.data { item = p.item, is = "", text = "Nothing was restored" },
  } end,
}
