"""What all tests share: a configuration file that does not change is parsed once."""

import pickle
import signal

import omegaconf.omegaconf
import pytest
import yaml


@pytest.fixture(scope="session", autouse=True)
def _files_are_parsed_once():
    """Putting a configuration together parses some fifty YAML files; the same text gives the same data."""
    seen, load = {}, yaml.load

    def remembered(stream, **how):
        if not (hasattr(stream, "read") and stream.seekable()):
            return load(stream, **how)
        text = stream.read()
        if text not in seen:
            stream.seek(0)
            seen[text] = pickle.dumps(load(stream, **how))
        return pickle.loads(seen[text])

    class Remembering:
        def __getattr__(self, name):
            return getattr(yaml, name)

        load = staticmethod(remembered)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(omegaconf.omegaconf, "yaml", Remembering())
        yield


@pytest.fixture(autouse=True, scope="session")
def _ctrl_c_is_heard():
    """Ctrl-C stops Python even where the tests were started in the background, in which a shell has it ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
