// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace cimarron::test {

// Bit `index` (0 = least significant) of a VCD value, whose leading zeros may be missing.
inline int bit(const std::string& bits, int index) {
    const int at = static_cast<int>(bits.size()) - 1 - index;
    return at >= 0 && bits[static_cast<std::size_t>(at)] == '1' ? 1 : 0;
}

// A value change dump as a waveform viewer reads it. Throws std::runtime_error on anything
// malformed.
class Vcd {
public:
    class Snapshot {
    public:
        const std::string& bits(const std::string& path) const;
        std::uint64_t number(const std::string& path) const;
        double real(const std::string& path) const;
        std::int64_t time() const { return time_; }
        friend bool operator==(const Snapshot& a, const Snapshot& b) {
            return a.values_ == b.values_;
        }

    private:
        friend class Vcd;
        const std::map<std::string, std::size_t>* index_ = nullptr;
        std::vector<std::string> values_;
        std::int64_t time_ = 0;
    };

    explicit Vcd(const std::filesystem::path& file);

    std::vector<std::string> variables() const;  // paths
    std::int64_t first_time() const { return times_.front().first; }
    std::int64_t last_time() const { return times_.back().first; }
    Snapshot at(std::int64_t time) const;
    // Values after all changes of each time, beside those of the time before.
    void for_each_time(
        const std::function<void(const Snapshot& now, const Snapshot& before)>& f) const;

private:
    struct Change {
        std::size_t variable;
        std::string bits;
    };
    Snapshot initial() const;

    std::map<std::string, std::size_t> index_;  // path -> variable
    std::vector<std::pair<std::int64_t, std::vector<Change>>> times_;
};

}  // namespace cimarron::test
