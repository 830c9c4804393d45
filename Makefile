# SPDX-License-Identifier: Apache-2.0
# wiperig: `make demo` and `make check` are the two commands to know; `make help` lists the rest.
BUILD ?= build
SANITIZE ?=
PREFIX ?= /usr/local
VERSION := 0.1.0
CC ?= gcc

PACKAGES := glib-2.0 gio-2.0 gio-unix-2.0 lua5.4 libusb-1.0 libftdi1 jansson libxml-2.0 libcrypto libzip
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla -Wno-missing-field-initializers -Wno-overlength-strings
CFLAGS ?= -O2 -g
SANFLAGS := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
# `make V=1` shows the commands themselves.
say = $(if $(V),,@printf '  %-7s %s\n' $(1) $@;)
ALL_CFLAGS = -std=gnu11 $(CFLAGS) $(WARN) $(SANFLAGS) -I. -D_GNU_SOURCE -DWIPERIG_VERSION='"$(VERSION)"' -fPIC -MMD -MP
# Evaluated lazily: on a fresh machine the packages arrive with `make deps`.
LIB_CFLAGS = $(shell pkg-config --cflags $(PACKAGES))
LIB_LIBS = $(shell pkg-config --libs $(PACKAGES)) -lboost_context -ldl -lm

# Folders of fixtures/ that are part of the program; in the others stand firmwares.
MODEL := board disk cold usb
NOT_LINKED := %_test.c %_fuzz.c %_bench.c fixtures/usb/front_%.c fixtures/usb/umockdev_%.c fixtures/usb/usbredir_%.c rig/main.c rig/e2e/%.c rig/mutants/%.c
SOURCES := $(filter-out $(NOT_LINKED),$(wildcard rig/*.c rig/*/*.c drivers/*.c fixtures/*.c $(MODEL:%=fixtures/%/*.c) fixtures/defects_disk/*.c fixtures/defects_lines/*.c reports/*.c))
OBJECTS := $(SOURCES:%.c=$(BUILD)/obj/%.o)
TESTS := $(wildcard rig/*_test.c rig/*/*_test.c drivers/*_test.c fixtures/*_test.c fixtures/*/*_test.c reports/*_test.c)
TEST_OBJECTS := $(TESTS:%.c=$(BUILD)/obj/%.o)
FRONTS := $(patsubst fixtures/usb/front_%.c,$(BUILD)/front-%.so,$(wildcard fixtures/usb/front_*.c))
FIRMWARE_SOURCES := $(filter-out %_test.c,$(wildcard fixtures/firmware/*.c)) rig/frame.c
TEST_FIRMWARE := $(patsubst fixtures/testfw/%.c,$(BUILD)/testfw/%.so,$(wildcard fixtures/testfw/*.c))
FIRMWARE_MODULES := $(filter-out fixtures/firmware/entry.c fixtures/firmware/defect_entry.c,$(FIRMWARE_SOURCES))
FIRMWARE_OBJECTS := $(FIRMWARE_MODULES:%.c=$(BUILD)/fw/%.o)
ASCII_OBJECTS := $(patsubst %.c,$(BUILD)/fw/%.o,$(filter-out %_test.c %_fuzz.c,$(wildcard fixtures/ascii/*.c)))
BYTEWISE_ENTRY := $(BUILD)/fw/fixtures/bytewise/main.o
BYTEWISE_OBJECTS := $(patsubst %.c,$(BUILD)/fw/%.o,$(filter-out %_test.c %/main.c,$(wildcard fixtures/bytewise/*.c)))
FIRMWARE_ENTRY := $(BUILD)/fw/fixtures/firmware/entry.o
DEFECT_ENTRY := $(BUILD)/fw/fixtures/firmware/defect_entry.o
DEFECTS := $(patsubst fixtures/defects/%.c,%,$(wildcard fixtures/defects/*.c))
DEFECT_MODULES := $(DEFECTS:%=$(BUILD)/defects/%.so)
WRECKS := $(patsubst fixtures/wrecks/%.c,$(BUILD)/wrecks/%.so,$(wildcard fixtures/wrecks/*.c))

# Debian packages, by what they are for.
DEPS_RUN := gcc libc6-dev make pkg-config libglib2.0-dev liblua5.4-dev libusb-1.0-0-dev libftdi1-dev libjansson-dev libxml2-dev libssl-dev libboost-context-dev libumockdev-dev umockdev libusbredirparser-dev libzip-dev libsigrok-dev
DEPS_CHECK := $(DEPS_RUN) libcunit1-dev libxml2-utils usbutils usbip ftdi-eeprom python3 python3-usb python3-ftdi1 chromium tshark blktrace fio sigrok-cli gtkwave jq unzip
DEPS_KERNEL := $(DEPS_RUN) qemu-system-x86 busybox-static cpio kmod udev usbip tshark xz-utils binutils python3
DEPS_LINT := git clang-format clang-tidy cppcheck
DEPS_FUZZ := clang libclang-rt-14-dev

.PHONY: all
all: $(BUILD)/wiperig $(BUILD)/wiperig-sigrok $(FRONTS) $(BUILD)/firmware/reference.so $(BUILD)/firmware/ascii.so $(BUILD)/firmware/bytewise.so $(DEFECT_MODULES)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) $(LIB_CFLAGS) -c -o $@ $<

# Files that the page takes in as they are.
HTML_ASSETS := $(wildcard reports/*.js reports/*.css)
$(BUILD)/obj/reports/html_assets.o $(BUILD)/fuzz/obj/reports/html_assets.o: $(HTML_ASSETS)

$(BUILD)/wiperig: $(BUILD)/obj/rig/main.o $(OBJECTS)
	$(call say,LINK)$(CC) $(SANFLAGS) -Wl,--export-dynamic -o $@ $^ $(LIB_LIBS)

# Under the GPL, as libsigrok is, and so a program of its own: nothing else links that library.
SIGROK_OBJECTS := $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard drivers/sigrok/*.c) drivers/sigrok_protocol.c rig/error.c)
$(filter $(BUILD)/obj/drivers/sigrok/%,$(SIGROK_OBJECTS)): LIB_CFLAGS += $(shell pkg-config --cflags libsigrok)
$(BUILD)/wiperig-sigrok: $(SIGROK_OBJECTS)
	$(call say,LINK)$(CC) $(SANFLAGS) -o $@ $^ $(shell pkg-config --libs libsigrok glib-2.0)

# Stands in for an analyzer that does not wait.
PACED := $(patsubst %.c,$(BUILD)/obj/%.o,fixtures/instruments/paced_analyzer.c fixtures/beaglelogic_commands.c)
$(BUILD)/paced-analyzer: $(PACED)
	$(call say,LINK)$(CC) $(SANFLAGS) -o $@ $^ $(shell pkg-config --libs glib-2.0)

# A front resolves everything of ours from the program that loads it.
FRONT_UMOCKDEV := $(patsubst %.c,$(BUILD)/obj/%.o,fixtures/usb/front_umockdev.c $(wildcard fixtures/usb/umockdev_*.c))
$(FRONT_UMOCKDEV): LIB_CFLAGS += $(shell pkg-config --cflags umockdev-1.0)
$(BUILD)/front-umockdev.so: $(FRONT_UMOCKDEV)
	$(call say,LINK)$(CC) $(SANFLAGS) -shared -o $@ $^ $(shell pkg-config --libs umockdev-1.0)

$(BUILD)/front-usbip.so: $(BUILD)/obj/fixtures/usb/front_usbip.o
	$(call say,LINK)$(CC) $(SANFLAGS) -shared -o $@ $^
USBREDIR := $(patsubst %.c,$(BUILD)/obj/%.o,$(filter-out %_test.c,$(wildcard fixtures/usb/usbredir_*.c)))
$(BUILD)/front-usbredir.so: $(BUILD)/obj/fixtures/usb/front_usbredir.o $(USBREDIR)
	$(call say,LINK)$(CC) $(SANFLAGS) -shared -o $@ $^ $(shell pkg-config --libs libusbredirparser-0.5)

# Firmware sees only fixtures/firmware.h and its own headers, as a vendor's would; nothing but the two ABI symbols is exported.
$(BUILD)/fw/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -ffreestanding -fno-stack-protector -c -o $@ $<

$(BUILD)/firmware/reference.so: $(FIRMWARE_ENTRY) $(FIRMWARE_OBJECTS) fixtures/firmware/exports.map
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(SANFLAGS) -shared -Wl,--version-script=fixtures/firmware/exports.map -o $@ $(FIRMWARE_ENTRY) $(FIRMWARE_OBJECTS)

# The same firmware behind a serial port with a line protocol: another board.
$(BUILD)/firmware/ascii.so: $(ASCII_OBJECTS) $(FIRMWARE_OBJECTS) fixtures/firmware/exports.map
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(SANFLAGS) -shared -Wl,--version-script=fixtures/firmware/exports.map -o $@ $(ASCII_OBJECTS) $(FIRMWARE_OBJECTS)

# The second firmware shares nothing with the first but the board's header and the protocol's.
$(BUILD)/firmware/bytewise.so: $(BYTEWISE_ENTRY) $(BYTEWISE_OBJECTS) fixtures/bytewise/exports.map
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(SANFLAGS) -shared -Wl,--version-script=fixtures/bytewise/exports.map -o $@ $(BYTEWISE_ENTRY) $(BYTEWISE_OBJECTS)

# A defect is the same firmware with another entry and the defect's one file.
$(BUILD)/defects/%.so: $(BUILD)/fw/fixtures/defects/%.o $(DEFECT_ENTRY) $(FIRMWARE_OBJECTS) fixtures/defects/exports.map
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(SANFLAGS) -shared -Wl,--version-script=fixtures/defects/exports.map -o $@ $< $(DEFECT_ENTRY) $(FIRMWARE_OBJECTS)

# The same firmwares for disks of a few sectors, as many commands and checkpoints as on large ones: what brute force
# explores (fixtures/brute).
SMALL := -DPOLICY_COMMAND_SECTORS=3 -DPOLICY_CHECKPOINT_SECTORS=6 -DBW_SLOT_SECTORS=4 -DBW_REQUEST_SECTORS=4 -DBW_MARK_SECTORS=8
SMALL_OBJECTS := $(filter-out %/policy.o,$(FIRMWARE_OBJECTS)) $(BUILD)/small/obj/fixtures/firmware/policy.o
SMALL_BYTEWISE := $(patsubst $(BUILD)/fw/%,$(BUILD)/small/obj/%,$(BYTEWISE_ENTRY) $(BYTEWISE_OBJECTS))
SMALL_DEFECTS := bricks-on-torn-record checkpoint-before-flush checkpoint-too-rare complete-before-it-ends complete-on-interrupted fails-at-third-start forgets-with-the-disk key-made-anew-at-every-start key-stays-after-cut key-survives-invalidation key-written-in-halves log-says-complete-after-cut loses-licence-at-power-off message-dropped-on-resume message-gone-before-last-flush no-erasing-message pending-erase-forgotten-after-power-off progress-ahead-of-writes progress-never-persisted reports-interrupted-complete resumes-at-next-pass resumes-in-mode-1 resumes-one-block-late second-cut-forgotten serves-before-residual-erase short-off-confuses starts-only-after-shutdown torn-record-accepted
# Firmwares in which the explorer's rules show: see fixtures/rules/rules.h.
SMALL_RULES := $(patsubst fixtures/rules/%.c,%,$(wildcard fixtures/rules/*.c))
SMALL_FIRMWARE := $(patsubst %,$(BUILD)/small/%.so,reference bytewise $(SMALL_DEFECTS) $(SMALL_RULES))
$(BUILD)/small/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) $(SMALL) -ffreestanding -fno-stack-protector -c -o $@ $<
$(BUILD)/small/reference.so: $(FIRMWARE_ENTRY) $(SMALL_OBJECTS) fixtures/firmware/exports.map
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(SANFLAGS) -shared -Wl,--version-script=fixtures/firmware/exports.map -o $@ $(FIRMWARE_ENTRY) $(SMALL_OBJECTS)
$(BUILD)/small/bytewise.so: $(SMALL_BYTEWISE) fixtures/bytewise/exports.map
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(SANFLAGS) -shared -Wl,--version-script=fixtures/bytewise/exports.map -o $@ $(SMALL_BYTEWISE)
define small_variants
$(BUILD)/small/%.so: $(BUILD)/fw/fixtures/$(1)/%.o $(DEFECT_ENTRY) $(SMALL_OBJECTS) fixtures/defects/exports.map
	@mkdir -p $$(@D)
	$$(call say,LINK)$$(CC) $$(SANFLAGS) -shared -Wl,--version-script=fixtures/defects/exports.map -o $$@ $$< $(DEFECT_ENTRY) $(SMALL_OBJECTS)
endef
$(foreach folder,defects rules,$(eval $(call small_variants,$(folder))))

# The same firmware with what ends, hangs or fills the process that runs it: for the tests alone.
$(BUILD)/wrecks/%.so: $(BUILD)/fw/fixtures/wrecks/%.o $(DEFECT_ENTRY) $(FIRMWARE_OBJECTS) fixtures/firmware/exports.map
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(SANFLAGS) -shared -Wl,--version-script=fixtures/firmware/exports.map -o $@ $< $(DEFECT_ENTRY) $(FIRMWARE_OBJECTS)

# Every defect, and as many good firmwares, under names that say nothing: what finds them must do so by what they do.
# $(BUILD)/anonymous.key says which is which; another SHUFFLE gives other names.
SHUFFLE ?= 1
.PHONY: anonymous
anonymous: $(DEFECTS:%=$(BUILD)/fw/fixtures/defects/%.o) $(FIRMWARE_ENTRY) $(DEFECT_ENTRY) $(FIRMWARE_OBJECTS)
	@BUILD="$(BUILD)" LINK="$(CC) $(SANFLAGS)" SHUFFLE="$(SHUFFLE)" fixtures/defects/anonymous $(FIRMWARE_OBJECTS)

# Small firmwares for the unit tests. Their mistakes are made on purpose, so the processor shall catch them.
$(BUILD)/testfw/%.so: fixtures/testfw/%.c
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(ALL_CFLAGS) -fno-sanitize=undefined -ffreestanding -fno-stack-protector -shared -Wl,-Bsymbolic -o $@ $<

MUTANTS_PARTS := $(patsubst %.c,$(BUILD)/obj/%.o,$(filter-out %_test.c,$(wildcard rig/mutants/mutants_*.c)))
BRUTE_PARTS := $(patsubst %.c,$(BUILD)/obj/%.o,$(filter-out %_test.c,$(wildcard fixtures/brute/*.c)))
# The firmware's own tests call its modules, built as they are for the board; the codec is there already.
$(BUILD)/tests: $(TEST_OBJECTS) $(BRUTE_PARTS) $(OBJECTS) $(USBREDIR) $(filter-out %/rig/frame.o,$(FIRMWARE_OBJECTS)) $(filter-out %/entry.o,$(ASCII_OBJECTS)) $(BYTEWISE_OBJECTS) $(MUTANTS_PARTS) | $(TEST_FIRMWARE) $(BUILD)/firmware/reference.so $(BUILD)/firmware/bytewise.so $(DEFECT_MODULES) $(SMALL_FIRMWARE) $(BUILD)/wiperig-sigrok $(BUILD)/paced-analyzer
	$(call say,LINK)$(CC) $(SANFLAGS) -Wl,--export-dynamic -o $@ $^ $(LIB_LIBS) -lusbredirparser -lcunit

# The end-to-end tests run the real program.
E2E := $(wildcard rig/e2e/*.c)
$(BUILD)/e2e: $(E2E:%.c=$(BUILD)/obj/%.o) $(BUILD)/obj/rig/run_test.o | all $(TEST_FIRMWARE) $(WRECKS)
	$(call say,LINK)$(CC) $(SANFLAGS) -o $@ $^ $(LIB_LIBS) -lcunit

# Judges every known-bad firmware and drive among GOOD good firmwares, by all scenarios, and prints who found what.
# ABLATE: monitors (or all); what one alone catches is run again without it.
GOOD ?= 20
ABLATE ?=
MUTANTS := $(filter-out %_test.c,$(wildcard rig/mutants/*.c))
$(BUILD)/mutants: $(MUTANTS:%.c=$(BUILD)/obj/%.o) $(OBJECTS)
	$(call say,LINK)$(CC) $(SANFLAGS) -Wl,--export-dynamic -o $@ $^ $(LIB_LIBS)
.PHONY: mutants
mutants: deps-run
	@$(MAKE) --no-print-directory -j$(JOBS) all $(BUILD)/mutants anonymous
	@rm -rf $(BUILD)/mutants.runs
	$(BUILD)/mutants --good $(GOOD) $(ABLATE:%=--ablate %)

.PHONY: help
help:
	@echo "make            build $(BUILD)/wiperig and its modules"
	@echo "make demo       install what is missing, build, run every scenario by USB on the emulated board"
	@echo "make check      install what is missing, build, run all tests"
	@echo "make check-asan the unit tests and the end-to-end tests with AddressSanitizer and UBSan"
	@echo "make check-kernel  the rig on a real kernel's USB: a QEMU guest with emulated boards by USB/IP and usbredir"
	@echo "make lint       format, include rule, banned calls, static analysis"
	@echo "make fuzz       fuzz the parsers, FUZZ_SECONDS each"
	@echo "make bench      rates and costs"
	@echo "make mutants    every known-bad firmware among GOOD good ones: who finds what (ABLATE=all: and without it, not)"
	@echo "make soak       the long tests"
	@echo "make install    into PREFIX ($(PREFIX)), below DESTDIR"
	@echo "make deps       install every Debian package that any of these needs"

# need(PACKAGES): says which are missing and installs them.
define need
	@missing=$$(for p in $(1); do dpkg-query -W -f '$${db:Status-Status}' $$p 2>/dev/null | grep -qx installed || echo $$p; done); \
	if [ -n "$$missing" ]; then \
		echo "Missing Debian packages:" $$missing; \
		as_root=$$([ $$(id -u) = 0 ] || echo sudo); \
		$$as_root apt-get update -q && DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -q -y --no-install-recommends $$missing || \
			{ echo "They could not be installed; install them by hand: apt-get install" $$missing; exit 1; }; \
	fi
endef

.PHONY: deps deps-run deps-check deps-kernel deps-lint deps-fuzz
deps: deps-check deps-kernel deps-lint deps-fuzz
deps-run:
	$(call need,$(DEPS_RUN))
deps-check:
	$(call need,$(DEPS_CHECK))
deps-kernel:
	$(call need,$(DEPS_KERNEL))
deps-lint:
	$(call need,$(DEPS_LINT))
deps-fuzz:
	$(call need,$(DEPS_FUZZ))

# Built by a second make, since what it finds out about packages is only true once they are there.
JOBS := $(shell nproc 2>/dev/null || echo 2)
# libudev and Chromium need /proc. In a bare chroot, root gets one for as long as the command runs.
with_proc := $(if $(wildcard /proc/self),,sh -c 'mount -t proc proc /proc && trap "umount /proc" EXIT && "$$0" "$$@"')
.PHONY: demo
demo: deps-run
	@$(MAKE) --no-print-directory -j$(JOBS) all
	$(with_proc) $(BUILD)/wiperig run scenarios --link usb --out $(BUILD)/demo

.PHONY: check check-run
check: deps-check
	@$(MAKE) --no-print-directory -j$(JOBS) all $(BUILD)/tests $(BUILD)/e2e $(BENCH_PROGRAMS) $(WRECKS) anonymous
	@$(with_proc) $(MAKE) --no-print-directory check-run
check-run:
	@BUILD=$(BUILD) .ci/tests

# Debian's kernel comes as a package file, which is unpacked and not installed.
.PHONY: check-kernel
check-kernel: deps-kernel
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@BUILD=$(BUILD) fixtures/kernel/check

.PHONY: check-asan
check-asan: deps-check
	@$(MAKE) --no-print-directory check BUILD=$(BUILD)/asan SANITIZE=address,undefined CFLAGS="-O1 -g"

.PHONY: lint
lint: deps-lint deps-check
	@.ci/lint
	@BUILD=$(BUILD) .ci/analyse

# Each target is fuzzed for FUZZ_SECONDS; what it found stays in $(BUILD)/fuzz.
FUZZ_SECONDS ?= 10
FUZZERS := $(patsubst %_fuzz.c,%,$(wildcard $(addsuffix /*_fuzz.c,rig rig/* drivers fixtures fixtures/* reports)))
FUZZ_OBJECTS := $(patsubst %.c,$(BUILD)/fuzz/obj/%.o,$(SOURCES) fixtures/ascii/dialect.c)

$(BUILD)/fuzz/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)clang $(ALL_CFLAGS) -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined $(LIB_CFLAGS) -c -o $@ $<

# An archive: a target takes out of it what it needs.
$(BUILD)/fuzz/objects.a: $(FUZZ_OBJECTS)
	@rm -f $@
	ar rcs $@ $^

$(BUILD)/fuzz/%_fuzz: $(BUILD)/fuzz/obj/%_fuzz.o $(BUILD)/fuzz/objects.a
	@mkdir -p $(@D)
	$(call say,LINK)clang -fsanitize=fuzzer,address,undefined -o $@ $^ $(LIB_LIBS)

.PHONY: fuzz fuzz-run
fuzz: deps-fuzz
	@$(MAKE) --no-print-directory fuzz-run
fuzz-run: $(FUZZERS:%=$(BUILD)/fuzz/%_fuzz)
	@for f in $(FUZZERS); do \
		corpus=$(BUILD)/fuzz/corpus/$$f; mkdir -p $$corpus; \
		echo "fuzzing $$f for $(FUZZ_SECONDS) s"; \
		$(BUILD)/fuzz/$${f}_fuzz -max_total_time=$(FUZZ_SECONDS) -timeout=5 -rss_limit_mb=1024 -max_len=4096 -print_final_stats=1 \
			-artifact_prefix=$(BUILD)/fuzz/$$(basename $$f)- $$corpus > $(BUILD)/fuzz/$$(basename $$f).log 2>&1 || \
			{ tail -n 40 $(BUILD)/fuzz/$$(basename $$f).log; exit 1; }; \
		grep -E 'number_of_executed_units' $(BUILD)/fuzz/$$(basename $$f).log; \
	done

# Benchmarks sit beside the code they measure; NAME_bench.c becomes $(BUILD)/NAME_bench.
BENCHES := $(wildcard $(addsuffix /*_bench.c,rig rig/* drivers fixtures fixtures/* reports))
define bench_program
$(BUILD)/$(notdir $(1:%.c=%)): $(1:%.c=$(BUILD)/obj/%.o) $(OBJECTS) | $(TEST_FIRMWARE)
	$$(call say,LINK)$$(CC) $$(SANFLAGS) -Wl,--export-dynamic -o $$@ $$^ $$(LIB_LIBS)
endef
$(foreach bench,$(BENCHES),$(eval $(call bench_program,$(bench))))
BENCH_PROGRAMS := $(foreach bench,$(BENCHES),$(BUILD)/$(notdir $(bench:%.c=%)))

.PHONY: bench
bench: deps-check
	@$(MAKE) --no-print-directory -j$(JOBS) all $(BENCH_PROGRAMS)
	@BUILD=$(BUILD) rig/bench.sh

# The long ones: every seed, every transfer, the whole suite where `make check` takes a part.
.PHONY: soak
soak: deps-check
	@WIPERIG_SOAK=1 $(MAKE) --no-print-directory check

LIBDIR = $(DESTDIR)$(PREFIX)/lib/wiperig
SHAREDIR = $(DESTDIR)$(PREFIX)/share
.PHONY: install
install: all
	install -D -t $(DESTDIR)$(PREFIX)/bin $(BUILD)/wiperig
	install -D -t $(LIBDIR) $(BUILD)/wiperig-sigrok $(FRONTS)
	install -D -t $(LIBDIR)/firmware $(BUILD)/firmware/reference.so $(BUILD)/firmware/ascii.so $(BUILD)/firmware/bytewise.so
	install -D -t $(LIBDIR)/defects $(DEFECT_MODULES)
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/include/wiperig fixtures/firmware.h
	install -D -m 644 -t $(SHAREDIR)/wiperig/adapters fixtures/ascii/ascii.lua fixtures/ascii/ascii.ini
	install -D -m 644 -t $(SHAREDIR)/man/man1 rig/wiperig.1
	install -D -m 644 -t $(DESTDIR)$(if $(filter /usr /usr/local,$(PREFIX)),/usr,$(PREFIX))/lib/udev/rules.d drivers/70-wiperig.rules
	find scenarios -type f -exec install -D -m 644 {} $(SHAREDIR)/wiperig/{} \;


.PHONY: clean
clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -type f -name '*.d' 2>/dev/null)
.SECONDARY:
.DELETE_ON_ERROR:
