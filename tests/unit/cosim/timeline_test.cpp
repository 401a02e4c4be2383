// SPDX-License-Identifier: Apache-2.0
// The timeline of a run as a viewer reads it, beside its result.
#include "sim/config/yaml_json.h"
#include "tests/unit/sim/small_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace cimarron::test {
namespace {

constexpr double kPeriodUs = 1250e-6;

struct Slice {
    std::string name;
    std::int64_t begin = 0;
    std::int64_t cycles = 0;
    Json args;
};

// Slices by "group.track", with the checks any viewer relies on.
std::map<std::string, std::vector<Slice>> read_timeline(const Json& file) {
    std::map<int, std::string> groups;
    std::map<std::pair<int, int>, std::string> tracks;
    std::map<std::string, std::vector<Slice>> slices;
    for (const Json& event : file.at("traceEvents")) {
        const int group = event.at("pid").get<int>();
        const int track = event.at("tid").get<int>();
        const std::string name = event.at("name").get<std::string>();
        if (name == "process_name")
            groups[group] = event.at("args").at("name").get<std::string>();
        else if (name == "thread_name")
            tracks[{group, track}] = event.at("args").at("name").get<std::string>();
        if (event.at("ph") != "X") continue;
        Slice slice{name, event.at("args").at("cycle").get<std::int64_t>(),
                    event.at("args").at("cycles").get<std::int64_t>(), event.at("args")};
        EXPECT_NEAR(event.at("ts").get<double>(), static_cast<double>(slice.begin) * kPeriodUs,
                    1e-9);
        EXPECT_NEAR(event.at("dur").get<double>(), static_cast<double>(slice.cycles) * kPeriodUs,
                    1e-9);
        slices[groups.at(group) + "." + tracks.at({group, track})].push_back(slice);
    }
    return slices;
}

bool is_macro(const std::string& track) {
    return track.find(".macro_") != std::string::npos;
}

class RunTimeline : public testing::Test {
protected:
    RunTimeline() {
        const ProgramResult program =
            run_.cimarron({"simulate", "run.yaml", "--set", "images=3", "--set", "timed_images=3",
                           "--perfetto", "t.json", "--json", "r.json"});
        EXPECT_EQ(program.exit_code, 0) << program.err;
        result_ = Json::parse(run_.text("r.json"));
        slices_ = read_timeline(Json::parse(run_.text("t.json")));
    }
    const SmallRun run_;
    Json result_;
    std::map<std::string, std::vector<Slice>> slices_;
};

TEST_F(RunTimeline, slices_of_a_track_follow_each_other) {
    for (auto& [track, slices] : slices_) {
        std::sort(slices.begin(), slices.end(),
                  [](const Slice& a, const Slice& b) { return a.begin < b.begin; });
        std::int64_t end = 0;
        for (const Slice& slice : slices) {
            EXPECT_GT(slice.cycles, 0) << track;
            EXPECT_GE(slice.begin, end) << track << " " << slice.name;
            if (is_macro(track)) {
                EXPECT_EQ(slice.begin, end) << track << ": every cycle of a macro is in a slice";
            }
            end = slice.begin + slice.cycles;
        }
    }
}

TEST_F(RunTimeline, adds_up_to_the_attribution_of_every_macro_cycle) {
    std::size_t tile = 0;
    for (const Json& layer : result_.at("layers")) {
        std::map<std::string, std::int64_t> cycles;
        for (std::size_t t = 0; t < layer.at("tiles").get<std::size_t>(); ++t, ++tile)
            for (const auto& [track, slices] : slices_)
                if (track.rfind("tile_" + std::to_string(tile) + ".macro_", 0) == 0)
                    for (const Slice& slice : slices) {
                        if (slice.name.rfind("MVM", 0) != 0) {
                            cycles[slice.name] += slice.cycles;
                            continue;
                        }
                        std::int64_t parts = 0;
                        for (const char* part : {"converting", "evaluating", "accumulating"}) {
                            cycles[part] += slice.args.at(part).get<std::int64_t>();
                            parts += slice.args.at(part).get<std::int64_t>();
                        }
                        EXPECT_EQ(parts, slice.cycles);
                    }
        const Json& booked = layer.at("macro_cycles");
        for (const char* name : {"converting", "evaluating", "accumulating", "wait_input"})
            EXPECT_EQ(cycles[name], booked.at(name).get<std::int64_t>())
                << layer.at("name") << " " << name;
        // A macro sees that it waits; for what, its tile knows.
        std::int64_t waits = 0;
        for (const char* name :
             {"wait_accumulator", "wait_output_buffer", "wait_network", "wait_dependency"})
            waits += booked.at(name).get<std::int64_t>();
        EXPECT_EQ(cycles["wait_output"] + cycles["wait_dependency"], waits) << layer.at("name");
    }
}

TEST_F(RunTimeline, shows_every_window_layer_and_image) {
    const auto images = result_.at("image_cycles").get<std::vector<std::int64_t>>();
    ASSERT_EQ(slices_.at("host.images").size(), images.size());
    for (std::size_t i = 0; i < images.size(); ++i)
        EXPECT_EQ(slices_.at("host.images")[i].cycles, images[i]);
    for (const Json& layer : result_.at("layers")) {
        const auto& slices = slices_.at("layers." + layer.at("name").get<std::string>());
        EXPECT_EQ(slices.size(), images.size());
        EXPECT_GE(slices.front().cycles, layer.at("cycles").get<std::int64_t>());
    }
    std::int64_t windows = 0;
    for (const Slice& slice : slices_.at("tile_0.post_processing"))
        windows += slice.name.rfind("window", 0) == 0 ? 1 : 0;
    EXPECT_EQ(windows, 64 * static_cast<std::int64_t>(images.size()));  // 8 x 8 pixels
}

}  // namespace
}  // namespace cimarron::test
