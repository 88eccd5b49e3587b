package rc

import (
	"strings"
	"testing"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/overrides"
)

func TestTheOfflineRcNamesEveryModuleAndCache(t *testing.T) {
	got := Offline(Settings{
		Cache:       "/c",
		Modules:     []overrides.Module{{Name: "rules_go", Dir: "/c/modules/rules_go"}},
		GoEnv:       map[string]string{"GOROOT": "/go", "GOPROXY": ""},
		SandboxBase: "/dev/shm",
		RepoEnv:     map[string]string{"LOCKS": "/c/locks"},
	})
	for _, want := range []string{
		"common --override_module=rules_go=/c/modules/rules_go\n",
		"common --disk_cache=/c/disk\n",
		"common --repository_cache=/c/repository\n",
		"common --repo_env=GOROOT=/go\n",
		"common --repo_env=LOCKS=/c/locks\n",
		"build --sandbox_base=/dev/shm\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no line %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "GOPROXY") {
		t.Errorf("a variable that is not set is passed on:\n%s", got)
	}
	if strings.Contains(Offline(Settings{Cache: "/c"}), "sandbox_base") {
		t.Error("a sandbox base where there is none")
	}
}

func TestTestsAreToldWhichBazelToRun(t *testing.T) {
	got := Tests("/usr/bin/bazel", "/c/offline.bazelrc", "/gocache", map[string]string{"GOROOT": "/go"})
	for _, want := range []string{
		"build --test_env=RULES_KBUILD_BAZEL=/usr/bin/bazel\n",
		"build --test_env=RULES_KBUILD_BAZELRC=/c/offline.bazelrc\n",
		"build --test_env=GOCACHE=/gocache\n",
		"build --test_env=GOROOT=/go\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no line %q in\n%s", want, got)
		}
	}
}
