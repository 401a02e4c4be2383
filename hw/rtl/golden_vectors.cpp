// SPDX-License-Identifier: Apache-2.0
#include "hw/rtl/golden_vectors.h"

#include "common/error.h"
#include "common/file.h"
#include "hw/macro/clocked_sequencer.h"
#include "hw/rtl/testbench.h"

#include <fmt/format.h>

namespace cimarron {

namespace {

// Runs the model edge by edge and writes down both sides of every pin.
class Recorder final : private MacroSteps {
public:
    explicit Recorder(const VectorWork& work)
        : work_(work), datapath_(work.params, work.placement, work.weight_bits, work.instance) {
        datapath_.program(work.weights.data());
        bool taken = false;
        for (const VectorWork::Mvm& mvm : work.mvms) {
            datapath_.load(mvm.codes.data(), work.input_bits);
            edge(true, taken);
            while (!twin_.pins().response_valid) edge(false, false);
            for (int i = 0; i < mvm.take_after; ++i) edge(false, false);
            taken = mvm.pause == 0;
            if (!taken) edge(false, true);
            for (int i = 1; i < mvm.pause; ++i) edge(false, false);
        }
        edge(false, taken);
        edge(false, false);
    }

    std::string stimulus, expected, codes, sums;
    VectorCounts counts;

private:
    void edge(bool request, bool response) {
        const MacroPinValues v = twin_.edge(request, response);
        stimulus += fmt::format("{:x}\n", (request ? 2 : 0) | (response ? 1 : 0));
        // The fields of `expected` in the testbench, four bits to a digit.
        expected +=
            fmt::format("{:x}{:x}{:x}{:04x}{:04x}\n",
                        (v.settled ? 4 : 0) | (v.sample ? 2 : 0) | (v.convert ? 1 : 0),
                        (v.response_valid ? 8 : 0) | static_cast<int>(v.state), v.slice,
                        (v.converting ? 0x8000 : 0) | (v.converting ? v.position : 0), v.row_group);
        ++counts.cycles;
    }

    void wake(Timer /*timer*/, int /*cycles*/) override {}
    void word_lines(WordLines /*state*/, int /*slice*/, int /*group*/) override {}
    void settled(int slice, int group) override { datapath_.evaluate(slice, group); }
    void sampled(int /*slice*/, int /*group*/) override { datapath_.sample(); }
    void convert(int slice, int position) override {
        datapath_.convert(slice, position);
        codes += code_word() + '\n';
        ++counts.conversions;
    }
    void converted(bool /*last_evaluation*/) override {}
    void finished() override {
        for (const std::int32_t sum : datapath_.partial_sums()) sums += fmt::format("{:x}\n", sum);
    }
    std::int64_t now() const override { return counts.cycles; }

    // All ADCs' codes as one number, ADC 0 in the lowest bits.
    std::string code_word() const {
        const int bits = work_.params.adc.bits;
        std::string digits(static_cast<std::size_t>(ceil_div(work_.params.adcs() * bits, 4)), '0');
        for (int a = 0; a < datapath_.converted(); ++a)
            for (int k = 0; k < bits; ++k) {
                if (((datapath_.codes()[static_cast<std::size_t>(a)] >> k) & 1) == 0) continue;
                const int bit = a * bits + k;
                char& digit = digits[digits.size() - 1 - static_cast<std::size_t>(bit / 4)];
                const int value = (digit <= '9' ? digit - '0' : digit - 'a' + 10) | 1 << bit % 4;
                digit = static_cast<char>(value < 10 ? '0' + value : 'a' + value - 10);
            }
        return digits;
    }

    const VectorWork& work_;
    MacroDatapath datapath_;
    ClockedSequencer twin_{work_.params, datapath_, this};
};

}  // namespace

VectorCounts write_golden_vectors(const std::filesystem::path& folder, const VectorWork& work) {
    const WordLineDriverParams& driver = work.params.word_line_driver;
    if (driver.drive_cycles + driver.settle_cycles < 1)
        throw UserError("macro.word_line_driver: RTL needs drive_cycles + settle_cycles >= 1");
    if (work.mvms.empty()) throw UserError("golden vectors: no MVM to write");
    const Recorder recorder(work);
    std::filesystem::create_directories(folder);
    write_atomically(folder / "stimulus.hex", recorder.stimulus);
    write_atomically(folder / "expected.hex", recorder.expected);
    write_atomically(folder / "codes.hex", recorder.codes);
    write_atomically(folder / "sums.hex", recorder.sums);
    write_atomically(folder / "testbench.sv", testbench(work, recorder.counts));
    return recorder.counts;
}

}  // namespace cimarron
