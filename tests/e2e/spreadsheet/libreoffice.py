"""Opens a CSV file in LibreOffice, types into cells and saves it as CSV, as a person would. Needs python3-uno, and so Debian's own python3.

libreoffice.py PROFILE LOCALE IMPORT_LANGUAGE IN OUT SEPARATOR [ROW COLUMN TEXT]...

LOCALE is that of the program (de-DE), IMPORT_LANGUAGE what is chosen when the file is opened (1031: German, 1033: English). The separator is what the
export dialog remembers. PROFILE is a folder for LibreOffice's own files."""
import pathlib
import subprocess
import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

REGISTRY = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{}</value></prop></item>
</oor:items>
"""


def property_value(name, value):
    found = PropertyValue()
    found.Name, found.Value = name, value
    return found


def connected(resolver, office, pipe):
    while office.poll() is None:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.05)
    sys.exit("LibreOffice ended at its start")


def main(profile, locale, language, source, target, separator, *edits):
    profile = pathlib.Path(profile).resolve()
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(REGISTRY.format(locale))
    pipe = "usage-" + profile.parent.name + "-" + profile.name
    office = subprocess.Popen(["soffice", "--headless", "--norestore", f"-env:UserInstallation={profile.as_uri()}", f"--accept=pipe,name={pipe};urp;"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    context = connected(resolver, office, pipe)
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    document = desktop.loadComponentFromURL(pathlib.Path(source).resolve().as_uri(), "_blank", 0, (
        property_value("Hidden", True), property_value("FilterName", "Text - txt - csv (StarCalc)"),
        property_value("FilterOptions", f"{ord(separator)},34,76,1,,{language},false,false")))
    sheet = document.Sheets.getByIndex(0)
    columns = []
    while sheet.getCellByPosition(len(columns), 0).String:
        columns.append(sheet.getCellByPosition(len(columns), 0).String)
    for row, column, text in zip(edits[0::3], edits[1::3], edits[2::3]):
        sheet.getCellByPosition(columns.index(column), int(row)).FormulaLocal = text
    document.storeToURL(pathlib.Path(target).resolve().as_uri(), (
        property_value("FilterName", "Text - txt - csv (StarCalc)"), property_value("FilterOptions", f"{ord(separator)},34,76,1,,0,false,true")))
    document.close(True)
    desktop.terminate()
    office.wait(60)


if __name__ == "__main__":
    main(*sys.argv[1:])
