// The bus between initiators and targets that watch it.
#include "models/bus/bus.h"

#include <gtest/gtest.h>

#include "tests/support/systemc/systemc_test.h"
#include "tests/support/systemc/tlm_probes.h"

namespace hwcvp {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;
using Addresses = std::vector<uint64_t>;
using Ranges = std::vector<ProbeInitiator::Range>;

constexpr uint64_t kFirst = 0x1000;   // 256 bytes of target 0
constexpr uint64_t kSecond = 0x1100;  // 256 bytes of target 1, from its offset 0x40 on

Bus::Properties two_by_two() {
  Bus::Properties properties;
  properties.clock_period = sc_time(2, SC_NS);
  properties.width_bytes = 8;
  properties.initiators = 2;
  properties.targets = 2;
  return properties;
}

class BusTest : public SystemcTest {
 protected:
  BusTest() {
    for (size_t i = 0; i < 2; ++i) {
      initiators[i]->socket.bind(bus.target_sockets[i]);
      bus.initiator_sockets[i].bind(targets[i]->socket);
    }
    bus.map(1, kSecond, 0x100, 0x40);
    bus.map(0, kFirst, 0x100);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }

  Bus bus{"bus", two_by_two()};
  ProbeInitiator a{"a"}, b{"b"};
  ProbeTarget p{"p"}, q{"q"};
  ProbeInitiator* initiators[2] = {&a, &b};
  ProbeTarget* targets[2] = {&p, &q};
};

TEST_F(BusTest, DecodesTheEdgesOfWindows) {
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, a.status_of(read_of(kFirst, 1)));
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, a.status_of(read_of(kFirst + 0xff, 1)));
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, b.status_of(read_of(kSecond, 1)));
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, b.status_of(read_of(kSecond, 0x100)));
  EXPECT_EQ((Addresses{0, 0xff}), p.addresses);
  EXPECT_EQ((Addresses{0x40, 0x40}), q.addresses);
}

TEST_F(BusTest, AnswersAddressErrorsWithoutATarget) {
  EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, a.status_of(read_of(0, 4)));
  EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, a.status_of(read_of(kFirst - 1, 1)));
  EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, a.status_of(read_of(kSecond + 0x100, 1)));
  EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, a.status_of(write_of(kFirst + 0xfe, {1, 2, 3})))
      << "across the end of a window, although another one follows";
  EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, a.status_of(read_of(~uint64_t{0}, 8)));
  EXPECT_EQ(Addresses{}, p.addresses);
  EXPECT_EQ(Addresses{}, q.addresses);
}

struct Tag : tlm::tlm_extension<Tag> {
  tlm_extension_base* clone() const override { return new Tag; }
  void copy_from(const tlm_extension_base&) override {}
};

TEST_F(BusTest, RestoresTheAddressAndKeepsExtensionsAndErrors) {
  Transaction read = read_of(kSecond + 8, 4);
  Tag tag;
  read.set_extension(&tag);
  q.answer = tlm::TLM_COMMAND_ERROR_RESPONSE;
  a.send(read);
  EXPECT_EQ(kSecond + 8, read.get_address());
  EXPECT_EQ(tlm::TLM_COMMAND_ERROR_RESPONSE, read.get_response_status());
  EXPECT_EQ(&read, q.last) << "the same payload";
  EXPECT_EQ(&tag, read.get_extension<Tag>());
  read.clear_extension(&tag);
}

TEST_F(BusTest, AddsDecodingBeatsAndTheTargetsTime) {
  p.latency = sc_time(30, SC_NS);
  Transaction read = read_of(kFirst, 17);
  EXPECT_EQ(sc_time(5 + 2 + 3 * 2 + 30, SC_NS), a.send(read, sc_time(5, SC_NS)));
}

TEST_F(BusTest, ATransactionTakesTheWordsThatItTouches) {
  Transaction within = read_of(kFirst + 1, 7);
  EXPECT_EQ(sc_time(2 + 1 * 2, SC_NS), a.send(within));
  Transaction across = read_of(kFirst + 0x17, 10);
  EXPECT_EQ(sc_time(4 + 2 + 3 * 2, SC_NS), b.send(across, sc_time(4, SC_NS)));
}

TEST_F(BusTest, OneTargetServesFirstComeFirstServed) {
  Transaction first = read_of(kFirst, 64);
  Transaction second = read_of(kFirst, 8);
  Transaction elsewhere = read_of(kSecond, 8);
  EXPECT_EQ(sc_time(2 + 16, SC_NS), a.send(first));
  EXPECT_EQ(sc_time(2 + 16 + 2, SC_NS), b.send(second)) << "waits for the channel";
  EXPECT_EQ(sc_time(2 + 2, SC_NS), b.send(elsewhere)) << "the other target's channel is free";
}

TEST_F(BusTest, NarrowsAndTranslatesDmi) {
  unsigned char memory[0x300];
  q.memory = memory;
  q.dmi_first = 0;
  q.dmi_last = 0x2ff;
  Transaction request = read_of(kSecond + 0x10, 1);
  tlm::tlm_dmi dmi;
  ASSERT_TRUE(a.socket->get_direct_mem_ptr(request, dmi));
  EXPECT_EQ(Addresses{0x50}, q.addresses) << "the target is asked about its own address";
  EXPECT_EQ(kSecond + 0x10, request.get_address());
  EXPECT_EQ(kSecond, dmi.get_start_address());
  EXPECT_EQ(kSecond + 0xff, dmi.get_end_address());
  EXPECT_EQ(memory + 0x40, dmi.get_dmi_ptr()) << "points at the first byte of the narrowed window";

  q.dmi_first = 0x48;
  q.dmi_last = 0x57;
  ASSERT_TRUE(a.socket->get_direct_mem_ptr(request, dmi));
  EXPECT_EQ(kSecond + 0x08, dmi.get_start_address());
  EXPECT_EQ(kSecond + 0x17, dmi.get_end_address());
  EXPECT_EQ(memory, dmi.get_dmi_ptr());
}

TEST_F(BusTest, TranslatesRefusalsOfDmiAndRefusesOutside) {
  q.grant_dmi = false;
  Transaction request = read_of(kSecond, 1);
  tlm::tlm_dmi dmi;
  EXPECT_FALSE(a.socket->get_direct_mem_ptr(request, dmi));
  EXPECT_EQ(kSecond, dmi.get_start_address());
  EXPECT_EQ(kSecond + 0xff, dmi.get_end_address());
  EXPECT_EQ(Addresses{0x40}, q.addresses);
  const auto refused_at = [&](uint64_t address) {
    request.set_address(address);
    EXPECT_FALSE(a.socket->get_direct_mem_ptr(request, dmi));
    return ProbeInitiator::Range{dmi.get_start_address(), dmi.get_end_address()};
  };
  EXPECT_EQ((ProbeInitiator::Range{0, kFirst - 1}), refused_at(0)) << "what is mapped is not refused with it";
  EXPECT_EQ((ProbeInitiator::Range{kSecond + 0x100, ~uint64_t{0}}), refused_at(kSecond + 0x100));
  EXPECT_EQ(Addresses{0x40}, q.addresses) << "nobody is asked about addresses outside";
}

TEST_F(BusTest, TakesARegionOutsideOfTheWindowForARefusal) {
  const ProbeInitiator::Range kRegions[] = {{0x140, 0x200}, {0, 0x3f}, {0x80, 0x70}};
  for (const auto& [first, last] : kRegions) {
    q.dmi_first = first;
    q.dmi_last = last;
    Transaction request = read_of(kSecond, 1);
    tlm::tlm_dmi dmi;
    EXPECT_FALSE(a.socket->get_direct_mem_ptr(request, dmi)) << first;
    EXPECT_EQ(nullptr, dmi.get_dmi_ptr());
    EXPECT_EQ(kSecond, dmi.get_start_address());
    EXPECT_EQ(kSecond + 0xff, dmi.get_end_address());
  }
}

TEST_F(BusTest, ForwardsInvalidationsToAllInitiatorsInTheirAddresses) {
  q.socket->invalidate_direct_mem_ptr(0, ~uint64_t{0});
  const Ranges whole = {{kSecond, kSecond + 0xff}};
  EXPECT_EQ(whole, a.invalidations);
  EXPECT_EQ(whole, b.invalidations);
  q.socket->invalidate_direct_mem_ptr(0x50, 0x5f);
  EXPECT_EQ((ProbeInitiator::Range{kSecond + 0x10, kSecond + 0x1f}), b.invalidations.back());
  q.socket->invalidate_direct_mem_ptr(0x5f, 0x50);
  EXPECT_EQ(2u, b.invalidations.size()) << "a range that ends before it begins is none";
  q.socket->invalidate_direct_mem_ptr(0, 0x3f);
  EXPECT_EQ(2u, b.invalidations.size()) << "that part of the target is not mapped";
}

TEST_F(BusTest, DebugAccessIsTranslatedAndEndsWithTheWindow) {
  Transaction read = read_of(kSecond + 0xfe, 8);
  EXPECT_EQ(2u, a.socket->transport_dbg(read));
  EXPECT_EQ(Addresses{0x40 + 0xfe}, q.debug_addresses);
  EXPECT_EQ(std::vector<unsigned>{2}, q.debug_lengths);
  EXPECT_EQ(kSecond + 0xfe, read.get_address());
  EXPECT_EQ(8u, read.get_data_length());
  Transaction outside = read_of(0, 1);
  EXPECT_EQ(0u, a.socket->transport_dbg(outside));
  Transaction timed = read_of(kSecond, 8);
  EXPECT_EQ(sc_time(4, SC_NS), a.send(timed)) << "debug accesses take no time on the bus";
}

TEST_F(BusTest, RefusesWindowsThatCannotBe) {
  expect_report("/hwcvp/bus");
  const auto refused = [this](unsigned target, uint64_t base, uint64_t size, uint64_t offset) {
    EXPECT_THROW(bus.map(target, base, size, offset), sc_core::sc_report) << base;
  };
  refused(2, 0, 1, 0);
  refused(0, 0, 0, 0);
  refused(0, ~uint64_t{0} - 2, 4, 0);
  refused(0, 0, 4, ~uint64_t{0} - 2);
  refused(1, kFirst - 1, 2, 0);
  refused(1, kFirst + 0xff, 1, 0);
  refused(1, kFirst, 0x100, 0);
  refused(1, 0, 0x10000, 0);
  EXPECT_EQ(8u, reports().size());
  bus.map(0, 0, kFirst);
  bus.map(1, ~uint64_t{0}, 1);
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, a.status_of(read_of(kFirst - 1, 1)));
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, a.status_of(read_of(~uint64_t{0}, 1)));
  EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, a.status_of(read_of(kSecond + 0x100, 1)));
}

}  // namespace
}  // namespace hwcvp
