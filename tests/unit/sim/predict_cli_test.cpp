// SPDX-License-Identifier: Apache-2.0
#include "common/numpy/npy_writer.h"
#include "common/numpy/read_array.h"
#include "sim/config/yaml_json.h"
#include "tests/unit/sim/small_run.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace cimarron::test {
namespace {

ProgramResult predict(const SmallRun& run, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "predict");
    return run.cimarron(arguments);
}

void expect_equal(const Array& a, const Array& b) {
    EXPECT_EQ(a.shape, b.shape);
    EXPECT_EQ(a.bytes, b.bytes);
}

// An ideal chip gives what the reference does with the chip's own coefficients.
TEST(PredictCommand, ChipAndReferenceAgreeOnLogitsAndOnEveryCodeThatLeavesATile) {
    const SmallRun run;
    ASSERT_EQ(predict(run, {"run.yaml", "--out", "chip", "--bit-true", "--layers"}).exit_code, 0);
    ASSERT_EQ(
        predict(run, {"run.yaml", "--out", "reference", "--coefficient-bits", "16", "--layers"})
            .exit_code,
        0);
    for (const char* file : {"logits.npy", "classes.npy"})
        expect_equal(read_array(run.path("chip") / file, ""),
                     read_array(run.path("reference") / file, ""));
    const Json sent = Json::parse(run.text("chip/codes/index.json"));
    EXPECT_GE(sent.size(), 3U);
    for (const Json& tensor : sent) {
        const auto file = std::filesystem::path("codes") / tensor.at("file").get<std::string>();
        expect_equal(read_array(run.path("chip") / file, ""),
                     read_array(run.path("reference") / file, ""));
    }
}

TEST(PredictCommand, OneImageAloneIsTextToo) {
    const SmallRun run;
    const ProgramResult result =
        predict(run, {"run.yaml", "--out", "one", "--image", "2", "--layers"});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const Json codes = Json::parse(run.text("one/codes.json"));
    const Array all = read_array(run.path("one/logits.npy"), "");
    EXPECT_EQ(all.shape.front(), 1U);
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(codes["logits"][i], all[i]);
    EXPECT_EQ(codes["tensors"][0]["name"], "image");
    EXPECT_EQ(codes["tensors"][0]["codes"].size(), 1U);
    EXPECT_EQ(codes["tensors"][0]["codes"][0].size(), 8U);
}

// The user's mistakes leave no folder, and one line.
TEST(PredictCommand, NothingIsWrittenWhereSomethingIsWrong) {
    const SmallRun run;
    NpyWriter images(run.path("wrong.npy"), ElementType::f8, {2, 1, 7, 8});
    images.append(std::vector<double>(112, 0.5));
    images.close();
    const std::vector<std::vector<std::string>> mistakes = {
        {"run.yaml", "wrong.npy"},
        {"run.yaml", "none.npy"},
        {"run.yaml", "fashion_mist"},
        {"run.yaml", "--images", "99999"},
        {"run.yaml", "--image", "99999"},
        {"run.yaml", "--mean", "0.5,0.5"},
        {"run.yaml", "--coefficient-bits", "99"},
        {"run.yaml", "--bit-true", "--coefficient-bits", "16"},
        {"none.onnx", "random"},
        {"none.onnx"},
        {"none.onnx", "random", "--bit-true"}};
    for (std::vector<std::string> arguments : mistakes) {
        arguments.insert(arguments.end(), {"--out", "new/out"});
        const ProgramResult result = predict(run, arguments);
        EXPECT_EQ(result.exit_code, 2) << fmt::format("{}", arguments[1]);
        EXPECT_EQ(result.err.find('\n'), result.err.size() - 1) << result.err;
        EXPECT_LT(result.err.size(), 300U) << result.err;
        EXPECT_FALSE(std::filesystem::exists(run.path("new"))) << arguments[1];
    }
    run.write("file", "1");
    EXPECT_EQ(predict(run, {"run.yaml", "--out", "file/out"}).exit_code, 2);
}

}  // namespace
}  // namespace cimarron::test
