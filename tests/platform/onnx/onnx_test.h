// Reads built models back as a user's files.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "platform/onnx/onnx_network.h"
#include "tests/platform/onnx/model_builder.h"
#include "tests/support/program/program.h"

namespace hwcvp {

class OnnxTest : public ::testing::Test {
 protected:
  OnnxNetwork read(const ModelBuilder& model, const OnnxOptions& options = {}) {
    return read(model.bytes(), options);
  }
  OnnxNetwork read(const std::string& bytes, const OnnxOptions& options = {}) {
    folder.write("m.onnx", bytes);
    return {folder.path("m.onnx").string(), options};
  }

  // The message with which a file is refused, without the folder of the file.
  std::string refusal(const ModelBuilder& model, const OnnxOptions& options = {}) {
    return refusal(model.bytes(), options);
  }
  std::string refusal(const std::string& bytes, const OnnxOptions& options = {});

  ProgramFolder folder;
};

}  // namespace hwcvp
