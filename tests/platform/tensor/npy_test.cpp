// .npy files: exact bytes written, every accepted form read, everything else refused in one line.
#include "platform/tensor/npy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "platform/tensor/tensor_random.h"
#include "schedules/workload/error.h"

namespace hwcvp {
namespace {

using testing::HasSubstr;

// A folder that goes with the test.
class NpyTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "hwcvp-npy-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  std::string file(const std::string& contents) const {
    std::ofstream(path("file.npy"), std::ios::binary) << contents;
    return path("file.npy");
  }

  std::string folder_;
};

std::string read_file(const std::string& path) {
  std::ostringstream contents;
  contents << std::ifstream(path, std::ios::binary).rdbuf();
  return contents.str();
}

// A file of the given version with this header text, unpadded, and data.
std::string npy(const std::string& header, const std::string& data, char major = 1) {
  std::string file = "\x93NUMPY";
  file += major;
  file += '\0';
  const size_t length_bytes = major == 1 ? 2 : 4;
  for (size_t i = 0; i < length_bytes; ++i) file += static_cast<char>(header.size() >> (8 * i) & 0xff);
  return file + header + data;
}

std::string message_of(const std::string& path, DataType type, const Shape& shape) {
  try {
    read_npy(path, type, shape);
  } catch (const InputError& error) {
    return error.what();
  }
  return "(no error)";
}

TEST_F(NpyTest, WritesTheBytesThatNumpyWrites) {
  HostTensor tensor(DataType::int16, {1, 2, 1, 3});
  for (int16_t i = 0; i < 6; ++i) tensor.data<int16_t>()[i] = static_cast<int16_t>(i * 257 - 2);
  write_npy(path("t.npy"), tensor);

  std::string expected("\x93NUMPY\x01\x00\x76\x00", 10);
  expected += "{'descr': '<i2', 'fortran_order': False, 'shape': (1, 2, 1, 3), }";
  expected.resize(127, ' ');
  expected += '\n';
  expected += std::string("\xfe\xff\xff\x00\x00\x02\x01\x03\x02\x04\x03\x05", 12);
  EXPECT_EQ(read_file(path("t.npy")), expected);
}

TEST_F(NpyTest, AlignsTheDataWhateverTheLengthOfTheHeader) {
  for (int64_t digits = 1, extent = 1; digits <= 6; ++digits, extent *= 10) {
    for (const Shape& shape : {Shape{extent}, Shape{1, extent, 1, 1}, Shape{1, extent, 1, 10}}) {
      const HostTensor tensor(DataType::int8, shape);
      write_npy(path("t.npy"), tensor);
      const std::string contents = read_file(path("t.npy"));
      const size_t start = contents.size() - static_cast<size_t>(tensor.size_bytes());
      EXPECT_EQ(start % 64, 0u);
      EXPECT_EQ(contents[start - 1], '\n');
      EXPECT_EQ(static_cast<uint8_t>(contents[8]) + 256 * static_cast<uint8_t>(contents[9]), start - 10);
    }
  }
}

TEST_F(NpyTest, ReadsBackWhatItWrote) {
  for (const DataType type :
       {DataType::int8, DataType::uint8, DataType::int16, DataType::int32, DataType::float32}) {
    for (const Shape& shape : {Shape{2, 3, 5, 7}, Shape{19}, Shape{0}}) {
      HostTensor tensor(type, shape);
      fill_random(tensor, 5);
      write_npy(path("t.npy"), tensor);
      EXPECT_EQ(read_npy(path("t.npy"), type, shape), tensor);
    }
  }
}

TEST_F(NpyTest, NamesUnsignedAndFloatingPointElements) {
  HostTensor bytes(DataType::uint8, {2});
  bytes.data<uint8_t>()[0] = 255;
  EXPECT_EQ(read_npy(file(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }\n",
                              "\xff" + std::string(1, '\0'))),
                     DataType::uint8, {2}),
            bytes);
  HostTensor numbers(DataType::float32, {1});
  numbers.data<float>()[0] = -0.5F;
  EXPECT_EQ(read_npy(file(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }\n",
                              std::string("\0\0\0\xbf", 4))),
                     DataType::float32, {1}),
            numbers);
  EXPECT_THAT(message_of(path("file.npy"), DataType::uint8, {1}), HasSubstr("|u1"));
}

TEST_F(NpyTest, ReadsEveryVersionAndSpelling) {
  HostTensor tensor(DataType::int16, {2});
  tensor.data<int16_t>()[0] = -2;
  tensor.data<int16_t>()[1] = 513;
  const std::string data("\xfe\xff\x01\x02", 4);
  const std::string plain = "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }";
  const std::vector<std::string> files = {
      npy(plain + "   \n", data, 1),
      npy(plain + "\n", data, 2),
      npy(plain + "\n", data, 3),
      npy(plain, data),
      npy("{\"shape\":(2,),\"fortran_order\":False,\"descr\":\"<i2\"}\n", data),
      npy(" { 'descr' : '<i2' ,\n'fortran_order' : False, 'shape' : ( 2L , ) } \t\n", data),
      npy(plain + std::string(60000, ' ') + "\n", data)};
  for (const std::string& contents : files) {
    EXPECT_EQ(read_npy(file(contents), DataType::int16, {2}), tensor) << contents;
  }
}

// Element (i, j, k) = 100 * i + 10 * j + k, written with the first index running fastest.
TEST_F(NpyTest, ReadsFortranOrder) {
  std::string data;
  HostTensor tensor(DataType::int16, {2, 3, 4});
  for (int k = 0; k < 4; ++k) {
    for (int j = 0; j < 3; ++j) {
      for (int i = 0; i < 2; ++i) {
        const int value = 100 * i + 10 * j + k;
        data += static_cast<char>(value & 0xff);
        data += static_cast<char>(value >> 8);
        tensor.data<int16_t>()[(i * 3 + j) * 4 + k] = static_cast<int16_t>(value);
      }
    }
  }
  const std::string contents = npy("{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3, 4), }", data);
  EXPECT_EQ(read_npy(file(contents), DataType::int16, {2, 3, 4}), tensor);
  const std::string vector = npy("{'descr': '|i1', 'fortran_order': True, 'shape': (2,), }", "ab");
  EXPECT_EQ(read_npy(file(vector), DataType::int8, {2}).bytes()[1], 'b');
  const std::string empty = npy("{'descr': '|i1', 'fortran_order': True, 'shape': (2, 0), }", "");
  EXPECT_EQ(read_npy(file(empty), DataType::int8, {2, 0}).elements(), 0);
}

struct Refusal {
  const char* name;
  std::string contents;
  std::vector<const char*> message;  // what the line must contain, apart from the path
};

std::vector<Refusal> refusals() {
  const std::string good = "{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3, 1, 1), }\n";
  const std::string data(12, '\0');
  const auto header = [&data](const std::string& text) { return npy(text, data); };
  const auto shaped = [&header](const std::string& tuple) {
    return header("{'descr': '<i2', 'fortran_order': False, 'shape': " + tuple + ", }\n");
  };
  const auto typed = [&header](const std::string& descr) {
    return header("{'descr': " + descr + ", 'fortran_order': False, 'shape': (2, 3, 1, 1), }\n");
  };
  const std::string wrong_length = std::string("\x93NUMPY\x01\x00\xff\x7f", 10) + good + data;
  const std::string huge_length = std::string("\x93NUMPY\x02\x00\xff\xff\xff\xff", 12) + good + data;
  return {
      {"empty", "", {"magic", "truncated"}},
      {"magic cut", "\x93NUM", {"magic", "truncated"}},
      {"other file", "PK\x03\x04 this is a zip archive", {"magic", ".npy"}},
      {"version cut", std::string("\x93NUMPY\x01\x00\x10", 9), {"header length", "truncated"}},
      {"version 0", npy(good, data, 0), {"version", "1.0, 2.0 or 3.0", "0.0"}},
      {"version 4", npy(good, data, 4), {"version", "1.0, 2.0 or 3.0", "4.0"}},
      {"version 1.1", std::string("\x93NUMPY\x01\x01\x10\x00", 10) + good, {"version", "1.1"}},
      {"header longer than the file", wrong_length, {"header", "32767", "truncated"}},
      {"header of 4 GB", huge_length, {"header length", "65535", "4294967295"}},
      {"header empty", npy("", data), {"header", "'{'"}},
      {"header binary", header(std::string("\x00\x01\x02\x03", 4)), {"header", "'{'", "0x00"}},
      {"header cut", header("{'descr': '<i2', 'fortran_ord"), {"header", "closing quote"}},
      {"header not closed",
       header("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3, 1, 1)"),
       {"header", "'}'"}},
      {"text after the dictionary",
       header("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3, 1, 1)} x"),
       {"header", "white space", "'x'"}},
      {"unknown key",
       header("{'descr': '<i2', 'order': False, 'shape': (2, 3, 1, 1)}"),
       {"header", "'order'"}},
      {"key twice", header("{'descr': '<i2', 'descr': '<i2', 'shape': (2, 3, 1, 1)}"), {"header", "'descr'"}},
      {"no descr", header("{'fortran_order': False, 'shape': (2, 3, 1, 1)}"), {"descr", "expected this key"}},
      {"no order", header("{'descr': '<i2', 'shape': (2, 3, 1, 1)}"), {"fortran_order", "expected this key"}},
      {"no shape", header("{'descr': '<i2', 'fortran_order': False}"), {"shape", "expected this key"}},
      {"empty dictionary", header("{}"), {"descr", "expected this key"}},
      {"no colon", header("{'descr' '<i2'}"), {"descr", "':'"}},
      {"big-endian", typed("'>i2'"), {"descr", "'<i2' (int16)", "'>i2'"}},
      {"float", typed("'<f4'"), {"descr", "'<i2' (int16)", "'<f4'"}},
      {"unsigned", typed("'<u2'"), {"descr", "'<i2' (int16)", "'<u2'"}},
      {"int8 for int16", typed("'|i1'"), {"descr", "'<i2' (int16)", "'|i1'"}},
      {"objects", typed("'|O'"), {"descr", "'|O'"}},
      {"structured", typed("[('a', '<i2')]"), {"descr", "structured"}},
      {"descr not a string", typed("2"), {"descr", "string", "'2'"}},
      {"descr with an escape", typed("'\\x3ci2'"), {"descr", "plain characters"}},
      {"order not a bool",
       header("{'descr': '<i2', 'fortran_order': 0, 'shape': (2, 3, 1, 1), }"),
       {"fortran_order", "True or False", "'0'"}},
      {"order a longer word",
       header("{'descr': '<i2', 'fortran_order': Falsehood, 'shape': (2, 3, 1, 1), }"),
       {"header", "'h'"}},
      {"other shape", shaped("(3, 2, 1, 1)"), {"shape", "(2, 3, 1, 1)", "(3, 2, 1, 1)"}},
      {"fewer dimensions", shaped("(6,)"), {"shape", "(2, 3, 1, 1)", "(6,)"}},
      {"scalar", shaped("()"), {"shape", "(2, 3, 1, 1)", "()"}},
      {"not a tuple", shaped("(6)"), {"shape", "tuple"}},
      {"a list", shaped("[2, 3, 1, 1]"), {"shape", "'('", "'['"}},
      {"negative", shaped("(2, -3, 1, 1)"), {"shape", "dimension", "'-'"}},
      {"fraction", shaped("(2, 3.0, 1, 1)"), {"shape", "')'", "'.'"}},
      {"gap", shaped("(2, , 3)"), {"shape", "dimension", "','"}},
      {"10^18", shaped("(1000000000000000000, 3, 1, 1)"), {"shape", "1000000000000000000"}},
      {"product 0 modulo 2^64", shaped("(4294967296, 4294967296, 1, 1)"), {"shape", "4294967296"}},
      {"above 2^63", shaped("(9223372036854775808, 1, 1, 1)"), {"shape", "below 2^63"}},
      {"thousands of dimensions",
       shaped("(" + std::string(5000, '1').replace(0, 0, "1,") + ")"),
       {"shape", "2^63"}},
      {"40 dimensions",
       shaped("(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)"),
       {"shape", "at most 32"}},
      {"data cut", npy(good, std::string(11, '\0')), {"data", "12 bytes", "found 11", "truncated"}},
      {"no data", npy(good, ""), {"data", "12 bytes", "found 0", "truncated"}},
      {"trailing byte", npy(good, std::string(13, '\0')), {"data", "12 bytes", "found 13", "trailing"}},
  };
}

TEST_F(NpyTest, RefusesEverythingElseInOneLine) {
  for (const Refusal& refusal : refusals()) {
    SCOPED_TRACE(refusal.name);
    const std::string name = file(refusal.contents);
    const std::string message = message_of(name, DataType::int16, {2, 3, 1, 1});
    EXPECT_EQ(message.rfind(name + ": ", 0), 0u) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    for (const char* part : refusal.message) EXPECT_THAT(message, HasSubstr(part));
  }
}

// Cut anywhere, a file is refused; it is never read past its end.
TEST_F(NpyTest, RefusesEveryTruncation) {
  const std::string good =
      npy("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3, 1, 1), }\n", std::string(12, '\0'));
  ASSERT_EQ(message_of(file(good), DataType::int16, {2, 3, 1, 1}), "(no error)");
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_NE(message_of(file(good.substr(0, size)), DataType::int16, {2, 3, 1, 1}), "(no error)") << size;
  }
}

// Every single byte of a valid header replaced by others: read as the same tensor, or refused as bad input.
TEST_F(NpyTest, SurvivesCorruptHeaders) {
  const std::string good =
      npy("{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3, 1, 1), }\n", std::string(12, '\0'));
  int refused = 0;
  for (size_t i = 0; i < good.size() - 12; ++i) {
    for (const char c : std::string("\0\x7f\xff'({9L,", 9)) {
      std::string bad = good;
      bad[i] = c;
      try {
        EXPECT_EQ(read_npy(file(bad), DataType::int16, {2, 3, 1, 1}).elements(), 6);
      } catch (const InputError&) {
        ++refused;
      }
    }
  }
  EXPECT_GT(refused, 400);
}

// A shape that is expected and stands in the header, but not in the file, must not be allocated first.
TEST_F(NpyTest, AllocatesOnlyWhatTheFileHolds) {
  const Shape tebibytes = {1 << 10, 1 << 10, 1 << 10, 1 << 10};
  const std::string name =
      file(npy("{'descr': '|i1', 'fortran_order': False, 'shape': (1024, 1024, 1024, 1024), }\n", "x"));
  EXPECT_THAT(message_of(name, DataType::int8, tebibytes),
              HasSubstr("data: expected 1099511627776 bytes, found 1"));

  const int64_t large = int64_t{1} << 32;
  const Shape overflowing = {large, large, large, large};
  const std::string other =
      file(npy("{'descr': '|i1', 'fortran_order': False, 'shape': (4294967296, 4294967296, 4294967296, "
               "4294967296), }\n",
               ""));
  EXPECT_THAT(message_of(other, DataType::int8, overflowing), HasSubstr("shape"));
}

TEST_F(NpyTest, RefusesWhatIsNotAFile) {
  EXPECT_THAT(message_of(path("absent.npy"), DataType::int8, {1}), HasSubstr("absent.npy: file: "));
  EXPECT_THAT(message_of(folder_, DataType::int8, {1}), HasSubstr("regular file"));
  EXPECT_THAT(message_of("/dev/zero", DataType::int8, {1}), HasSubstr("regular file"));
}

TEST_F(NpyTest, ReportsWhatItCannotWrite) {
  const HostTensor tensor(DataType::int8, {1, 1, 1, 1 << 20});
  EXPECT_THROW(write_npy(path("absent/t.npy"), tensor), InputError);
  EXPECT_THROW(write_npy(folder_, tensor), InputError);
  try {
    write_npy("/dev/full", tensor);
    ADD_FAILURE() << "a disk without room";
  } catch (const InputError& error) {
    ADD_FAILURE() << "no fault of the input: " << error.what();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "/dev/full: writing failed: No space left on device");
  }
}

}  // namespace
}  // namespace hwcvp
