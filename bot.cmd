@echo off
rem The bot on Windows:  bot preview --force kent   The first use sets everything up.
rem It wants Python 3.11 or newer from python.org, with its launcher "py".
setlocal
set HERE=%~dp0
set PYTHON=%HERE%.venv\Scripts\python.exe
set PYTHONPATH=%HERE%
set PYTHONUTF8=1
chcp 65001 >nul

if exist "%PYTHON%" goto packages
py -3 -c "import sys; sys.exit(sys.version_info < (3, 11))"
if errorlevel 1 goto nopython
echo Setting up. This takes a minute, once.
py -3 -m venv "%HERE%.venv"
if errorlevel 1 goto failed

:packages
rem Installed again whenever an upgrade brings another requirements.txt.
fc /b "%HERE%requirements.txt" "%HERE%.venv\installed.txt" >nul 2>nul
if not errorlevel 1 goto run
"%PYTHON%" -m pip install --quiet --disable-pip-version-check --require-hashes -r "%HERE%requirements.txt"
if errorlevel 1 goto failed
copy /y "%HERE%requirements.txt" "%HERE%.venv\installed.txt" >nul

:run
"%PYTHON%" -P -m bot %*
exit /b %errorlevel%

:nopython
echo This needs Python 3.11 or newer. Install it from python.org, with the launcher "py".
exit /b 1

:failed
echo The set-up did not finish. Is there a network? Give the same command again.
exit /b 3
