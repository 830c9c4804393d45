# SPDX-License-Identifier: Apache-2.0
# wiperig: `make demo` and `make check` are the two commands to know; `make help` lists the rest.
BUILD ?= build
SANITIZE ?=
PREFIX ?= /usr/local
VERSION := 0.1.0
CC ?= gcc

PACKAGES := glib-2.0 gio-2.0 gio-unix-2.0 lua5.4 libusb-1.0 libftdi1 jansson libxml-2.0 libcrypto
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla -Wno-missing-field-initializers -Wno-overlength-strings
CFLAGS ?= -O2 -g
SANFLAGS := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
ALL_CFLAGS = -std=gnu11 $(CFLAGS) $(WARN) $(SANFLAGS) -I. -D_GNU_SOURCE -DWIPERIG_VERSION='"$(VERSION)"' -fPIC -MMD -MP
# Evaluated lazily: on a fresh machine the packages arrive with `make deps`.
LIB_CFLAGS = $(shell pkg-config --cflags $(PACKAGES))
LIB_LIBS = $(shell pkg-config --libs $(PACKAGES)) -lboost_context -ldl -lm

NOT_LINKED := %_test.c %_fuzz.c %_bench.c fixtures/front_%.c fixtures/umockdev_%.c rig/main.c rig/e2e_%.c
SOURCES := $(filter-out $(NOT_LINKED),$(wildcard rig/*.c drivers/*.c fixtures/*.c reports/*.c))
OBJECTS := $(SOURCES:%.c=$(BUILD)/obj/%.o)
TESTS := $(wildcard rig/*_test.c drivers/*_test.c fixtures/*_test.c fixtures/firmware/*_test.c reports/*_test.c)
TEST_OBJECTS := $(TESTS:%.c=$(BUILD)/obj/%.o)
FRONTS := $(patsubst fixtures/front_%.c,$(BUILD)/front-%.so,$(wildcard fixtures/front_*.c))
FIRMWARE_SOURCES := $(filter-out %_test.c,$(wildcard fixtures/firmware/*.c)) rig/frame.c
FIRMWARE_OBJECTS := $(FIRMWARE_SOURCES:%.c=$(BUILD)/fw/%.o)
TEST_FIRMWARE := $(patsubst fixtures/testfw/%.c,$(BUILD)/testfw/%.so,$(wildcard fixtures/testfw/*.c))
DEFECTS := $(patsubst fixtures/defects/%.c,%,$(wildcard fixtures/defects/*.c))
DEFECT_MODULES := $(DEFECTS:%=$(BUILD)/defects/%.so)

.PHONY: all
all: $(BUILD)/wiperig $(FRONTS) $(BUILD)/firmware/reference.so $(DEFECT_MODULES)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LIB_CFLAGS) -c -o $@ $<

$(BUILD)/wiperig: $(BUILD)/obj/rig/main.o $(OBJECTS)
	$(CC) $(SANFLAGS) -Wl,--export-dynamic -o $@ $^ $(LIB_LIBS)

# A front resolves everything of ours from the program that loads it.
FRONT_UMOCKDEV := $(patsubst %.c,$(BUILD)/obj/%.o,fixtures/front_umockdev.c $(wildcard fixtures/umockdev_*.c))
$(FRONT_UMOCKDEV): LIB_CFLAGS += $(shell pkg-config --cflags umockdev-1.0)
$(BUILD)/front-umockdev.so: $(FRONT_UMOCKDEV)
	$(CC) $(SANFLAGS) -shared -o $@ $^ $(shell pkg-config --libs umockdev-1.0)

# Firmware sees only fixtures/firmware.h and its own headers, as a vendor's would; nothing but the two ABI symbols is exported.
$(BUILD)/fw/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -ffreestanding -fno-stack-protector -c -o $@ $<

$(BUILD)/firmware/reference.so: $(FIRMWARE_OBJECTS) fixtures/firmware/exports.map
	@mkdir -p $(@D)
	$(CC) $(SANFLAGS) -shared -Wl,--version-script=fixtures/firmware/exports.map -o $@ $(FIRMWARE_OBJECTS)

# A defect is the same firmware with one file in place of entry.c.
$(BUILD)/defects/%.so: $(BUILD)/fw/fixtures/defects/%.o $(FIRMWARE_OBJECTS) fixtures/defects/exports.map
	@mkdir -p $(@D)
	$(CC) $(SANFLAGS) -shared -Wl,--version-script=fixtures/defects/exports.map -o $@ $< $(filter-out %/entry.o,$(FIRMWARE_OBJECTS))

# Small firmwares for the unit tests. Their mistakes are made on purpose, so the processor shall catch them.
$(BUILD)/testfw/%.so: fixtures/testfw/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -fno-sanitize=undefined -ffreestanding -fno-stack-protector -shared -Wl,-Bsymbolic -o $@ $<

$(BUILD)/tests: $(TEST_OBJECTS) $(OBJECTS) | $(TEST_FIRMWARE)
	$(CC) $(SANFLAGS) -Wl,--export-dynamic -o $@ $^ $(LIB_LIBS) -lcunit

$(BUILD)/%_bench: $(BUILD)/obj/fixtures/%_bench.o $(OBJECTS) | $(TEST_FIRMWARE)
	$(CC) $(SANFLAGS) -Wl,--export-dynamic -o $@ $^ $(LIB_LIBS)

$(BUILD)/%_bench: $(BUILD)/obj/drivers/%_bench.o $(OBJECTS)
	$(CC) $(SANFLAGS) -Wl,--export-dynamic -o $@ $^ $(LIB_LIBS)

.PHONY: clean
clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
.SECONDARY:
.DELETE_ON_ERROR:
